"""The option `queue=` of every pattern that takes work from a queue: one that is defined, or anybody's."""

from dataclasses import dataclass
from typing import Any, cast

from aws_cdk import Annotations, Duration, RemovalPolicy
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.facts.sqs import BATCHING_WINDOW, DEFAULT_VISIBILITY, least_visibility
from wellmade.foundation.alarms import Thresholds
from wellmade.foundation.durable_queue import DurableQueue, QueueAlarms, define_queue_alarms
from wellmade.foundation.queue_rules import QueueRules, longest_work, refuse_other_kind, resource_of
from wellmade.kit.environments import refuse_elsewhere
from wellmade.kit.lookups import seconds
from wellmade.kit.refusals import refusal, require_between
from wellmade.kit.synth_checks import check_at_synth

Queue = sqs.IQueue | sqs.Queue
_USUAL_RECEIVES = 3
"""How often a message is received unless the user says, or where the template does not tell."""


@dataclass(frozen=True)
class QueueTuning:
    """What a pattern tunes on a queue that it defines; refused beside one that it is given."""

    max_receive_count: int | None = None
    visibility_timeout: Duration | None = None
    encryption_key: Any = None
    dead_letter_queue: Queue | None = None
    fifo: bool = False
    high_throughput: bool = False
    alarm_thresholds: Thresholds | None = None
    removal_policy: RemovalPolicy = RemovalPolicy.RETAIN
    is_asked: bool = True
    """Whether the pattern has options for what cannot be read of an imported queue; else it says what must
    hold of that."""


@dataclass(frozen=True)
class Waiting:
    """A queue as a pattern uses it."""

    queue: sqs.IQueue
    dead_letter_queue: sqs.IQueue | None
    """None where it is not known: the queue is imported."""
    alarms: QueueAlarms
    visibility: float | None
    """What the user said of an imported queue, in seconds."""


def waiting(
    scope: Construct,
    queue: Queue | None,
    tuning: QueueTuning,
    *,
    function_timeout: float | None,
    window: Duration | None,
) -> Waiting:
    """Take the queue that a pattern is given, or define it.

    Args:
        scope: The pattern.
        queue: What the user gave; None to define one.
        tuning: Of a queue that is defined here.
        function_timeout: Of what works on messages, in seconds; None where it cannot be read.
        window: The batching window.

    Raises:
        RefusedError: If something that is needed cannot be read, a queue is of another region or account,
            or a given queue is tuned here.
    """
    if window:
        suits = "5 seconds suit most work"
        require_between(
            scope, "max_batching_window", seconds(window), *BATCHING_WINDOW, suits, rule="service-limit"
        )
    for option, given in (("queue", queue), ("dead_letter_queue", tuning.dead_letter_queue)):
        refuse_elsewhere(scope, option, given)
    if queue is None:
        return _define(scope, tuning, function_timeout, window)
    least = None
    if function_timeout is not None:
        least = least_visibility(function_timeout, seconds(window) if window else 0)
    return _take(scope, queue, tuning, least)


def _define(
    scope: Construct, tuning: QueueTuning, function_timeout: float | None, window: Duration | None
) -> Waiting:
    hidden = tuning.visibility_timeout
    if hidden is None and function_timeout is None:
        fix = "give six times the timeout of the function, and the batching window"
        raise refusal(
            scope, "visibility_timeout", "given where the function's timeout cannot be read", None, fix
        )
    if hidden is None:
        hidden = Duration.seconds(least_visibility(function_timeout or 0, seconds(window) if window else 0))
    messages = DurableQueue(
        scope,
        "Messages",
        visibility_timeout=hidden,
        max_receive_count=_USUAL_RECEIVES if tuning.max_receive_count is None else tuning.max_receive_count,
        dead_letter_queue=tuning.dead_letter_queue,
        fifo=tuning.fifo,
        high_throughput=tuning.high_throughput,
        encryption_key=tuning.encryption_key,
        removal_policy=tuning.removal_policy,
        alarm_thresholds=cast(Any, _of_queue(tuning)),
    )
    dead_letters = messages.dead_letter_queue
    return Waiting(
        cast(sqs.IQueue, messages), dead_letters.queue if dead_letters else None, messages.alarms, None
    )


def _take(scope: Construct, queue: sqs.IQueue, tuning: QueueTuning, least: float | None) -> Waiting:
    is_imported = resource_of(queue) is None
    _refuse_tuning(scope, tuning, is_imported=is_imported)
    if bool(queue.fifo) != tuning.fifo:
        kinds = {True: "a FIFO queue", False: "a standard queue"}
        fix = "use OrderedQueueWorker for a FIFO queue, QueueWorker for a standard one"
        raise refusal(scope, "queue", kinds[tuning.fifo], kinds[bool(queue.fifo)], fix)
    dead_letters = _dead_letters_of(scope, queue, tuning, is_imported=is_imported)
    if is_imported and tuning.visibility_timeout is None:
        _ask_for_visibility(scope, tuning, least)
    if isinstance(queue, DurableQueue):
        _refuse_thresholds(scope, tuning)
        return Waiting(cast(sqs.IQueue, queue), dead_letters, queue.alarms, None)
    thresholds = _of_queue(tuning)
    if dead_letters is None:
        thresholds.pop("dead_letters", None)
    alarms = define_queue_alarms(scope, queue, dead_letters, _longest_work(queue, tuning), thresholds)
    if dead_letters:
        check_at_synth(scope, QueueRules(scope, queue, dead_letters).broken)
    visibility = seconds(tuning.visibility_timeout) if tuning.visibility_timeout else None
    return Waiting(queue, dead_letters, alarms, visibility)


def _ask_for_visibility(scope: Construct, tuning: QueueTuning, least: float | None) -> None:
    if tuning.is_asked:
        fix = "give the visibility timeout that the queue has"
        raise refusal(scope, "visibility_timeout", "given for an imported queue", None, fix)
    needed = "six times the timeout of its function" if least is None else f"{least:.12g} s"
    Annotations.of(scope).add_warning_v2(
        "wellmade:imported-queue-visibility",
        f"the imported queue must keep a received message hidden for at least {needed}; "
        "set its visibility timeout where it is defined",
    )


def _of_queue(tuning: QueueTuning) -> dict[str, Any]:
    """Return the thresholds of the queue's own alarms; the function has others."""
    given = tuning.alarm_thresholds or {}
    return {name: value for name, value in given.items() if name in QueueAlarms.__annotations__}


def _refuse_tuning(scope: Construct, tuning: QueueTuning, *, is_imported: bool) -> None:
    options: dict[str, object] = {
        "max_receive_count": tuning.max_receive_count,
        "encryption_key": tuning.encryption_key,
    }
    if not is_imported:
        options |= {
            "visibility_timeout": tuning.visibility_timeout,
            "dead_letter_queue": tuning.dead_letter_queue,
        }
    wrong = next((name for name, value in options.items() if value is not None), None)
    if wrong:
        fix = "set it where the queue is defined"
        raise refusal(scope, wrong, "left out beside queue=", options[wrong], fix)


def _refuse_thresholds(scope: Construct, tuning: QueueTuning) -> None:
    wrong = next(
        (name for name in tuning.alarm_thresholds or () if name in QueueAlarms.__annotations__), None
    )
    if wrong:
        fix = "set it on the DurableQueue, which has the alarm already"
        raise refusal(scope, f"alarm_thresholds[{wrong!r}]", "left out beside queue=", "a threshold", fix)


def _dead_letters_of(
    scope: Construct, queue: sqs.IQueue, tuning: QueueTuning, *, is_imported: bool
) -> sqs.IQueue | None:
    if is_imported:
        wanted = (tuning.alarm_thresholds or {}).get("dead_letters", 0) is not None
        if tuning.dead_letter_queue is None and wanted and not tuning.is_asked:
            Annotations.of(scope).add_warning_v2(
                "wellmade:imported-queue-dead-letters",
                "the imported queue must have a dead-letter queue with an alarm; define both with the queue",
            )
        elif tuning.dead_letter_queue is None and wanted:
            allowed = "given for an imported queue, so that its alarm can be defined"
            fix = "import it too, or leave the alarm out with alarm_thresholds={'dead_letters': None}"
            raise refusal(scope, "dead_letter_queue", allowed, None, fix)
        return tuning.dead_letter_queue
    found = queue.dead_letter_queue if isinstance(queue, sqs.Queue) else None
    if found is None:
        fix = "give the queue one, or use DurableQueue"
        allowed = "a queue with a dead-letter queue"
        raise refusal(scope, "queue", allowed, "one without", fix, rule="queue-without-dead-letter")
    refuse_other_kind(scope.node.path, found.queue, fifo=bool(queue.fifo))
    return found.queue


def _longest_work(queue: sqs.IQueue, tuning: QueueTuning) -> float:
    """Return the seconds that all receives of a message may take, from what the user said where need be."""
    told = seconds(tuning.visibility_timeout) if tuning.visibility_timeout else DEFAULT_VISIBILITY
    return longest_work(queue) or told * _USUAL_RECEIVES
