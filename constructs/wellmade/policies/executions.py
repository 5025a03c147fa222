"""Executions of a workflow."""

from aws_cdk import aws_stepfunctions as sfn

from wellmade.policies.need import Allowed, Need, need


def start_execution(machine: sfn.IStateMachine | sfn.StateMachine) -> Need:
    """Return the need to start executions, and neither to read nor to stop them.

    Args:
        machine: What is started.
    """
    return need(machine, Allowed(("states:StartExecution",), (machine.state_machine_arn,)))
