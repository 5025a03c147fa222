"""Alarms on executions of a state machine, ours or anybody's."""

from wellmade.foundation.alarms import AlarmSpec

FAILED = (
    "An execution failed for good. Read its history: a compensation may be half done. Fix the cause, then "
    "redrive the execution."
)
TIMED_OUT = (
    "An execution ran out of time wherever it stood, and was not compensated. Read its history, then finish "
    "or compensate it by hand."
)
THROTTLED = (
    "Executions start or proceed too fast for the account. Compare their rate with the quotas of Step "
    "Functions in this region, and ask for more."
)
_SPECS = {
    "failed_executions": ("FailedExecutions", "ExecutionsFailed", FAILED),
    "timed_out_executions": ("TimedOutExecutions", "ExecutionsTimedOut", TIMED_OUT),
    "throttled_executions": ("ThrottledExecutions", "ExecutionThrottled", THROTTLED),
}


def execution_specs(state_machine_arn: str) -> dict[str, AlarmSpec]:
    """Return the alarms on executions that fail, run out of time or are throttled: on the first one."""
    of = {"StateMachineArn": state_machine_arn}
    return {
        name: AlarmSpec(construct_id, metric, "AWS/States", of, 0, text, "Sum")
        for name, (construct_id, metric, text) in _SPECS.items()
    }
