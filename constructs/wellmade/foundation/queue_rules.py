"""What must hold of a queue and its dead-letter queue, before and as they were synthesized."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import IConstruct

from wellmade.facts.sqs import (
    DEFAULT_VISIBILITY,
    LONGEST_RETENTION,
    LONGEST_VISIBILITY,
    RECEIVE_COUNT,
    RETENTION,
    SHORTEST_RETENTION,
)
from wellmade.kit.lookups import default_child, is_unresolved, path_of, same_stack, seconds
from wellmade.kit.numbers import not_known, number_of, unjudged
from wellmade.kit.refusals import RefusedError, refusal, require_between
from wellmade.kit.synth_checks import Synthesized
from wellmade.kit.texts import texts_of

_WITHOUT = "queue-without-dead-letter"


def refuse_other_kind(path: str, dead_letters: sqs.IQueue, *, fifo: bool) -> None:
    """Raise unless a dead-letter queue is of its source's kind.

    Raises:
        RefusedError: If one is FIFO and the other is not.
    """
    if bool(dead_letters.fifo) == fifo:
        return
    kinds = {True: "a FIFO queue", False: "a standard queue"}
    fix = "SQS moves messages only to a queue of the same kind"
    raise refusal(
        path, "dead_letter_queue", kinds[fifo], kinds[bool(dead_letters.fifo)], fix, rule="dead-letter-kind"
    )


def refuse_wrong_times(path: str, visibility_timeout: Duration | None, retention: Duration | None) -> None:
    """Raise where SQS hides or keeps no message for so long.

    Raises:
        RefusedError: If a time is out of bounds.
    """
    if visibility_timeout:
        hidden, fix = seconds(visibility_timeout), "six times the timeout of what receives suits most work"
        require_between(
            path, "visibility_timeout in seconds", hidden, 0, LONGEST_VISIBILITY, fix, rule="service-limit"
        )
    if retention:
        bounds, fix = (SHORTEST_RETENTION, LONGEST_RETENTION), "4 days are kept without it"
        require_between(path, "retention in seconds", seconds(retention), *bounds, fix, rule="service-limit")


def resource_of(queue: sqs.IQueue) -> sqs.CfnQueue | None:
    """Return a queue's resource in the template; None for an imported one."""
    found = default_child(queue)
    return found if isinstance(found, sqs.CfnQueue) else None


def longest_work(queue: sqs.IQueue) -> float | None:
    """Return the seconds that all receives of a message may take; None where the template does not tell."""
    resource = resource_of(queue)
    dead_letters = queue.dead_letter_queue if isinstance(queue, sqs.Queue) else None
    if resource is None or dead_letters is None:
        return None
    hidden = DEFAULT_VISIBILITY if resource.visibility_timeout is None else resource.visibility_timeout
    return None if is_unresolved(hidden) else hidden * dead_letters.max_receive_count


def redrive_policy_of(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a queue's redrive policy, also one that is written as text; empty where it is none."""
    return _mapping(properties.get("RedrivePolicy"))


def _mapping(given: Any) -> Mapping[str, Any]:
    """Return a property that is JSON, as a mapping or as text; empty where it is neither."""
    try:
        found = json.loads(given) if isinstance(given, str) else given
    except ValueError:
        return {}
    return found if isinstance(found, Mapping) else {}


@dataclass(frozen=True)
class QueueRules:
    """A queue, ours or anybody's, with its dead-letter queue."""

    scope: IConstruct
    queue: sqs.IQueue
    dead_letters: sqs.IQueue

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each rule that is broken; what is imported is not known and passes."""
        source, target = resource_of(self.queue), resource_of(self.dead_letters)
        if source is None:
            return
        of_source = synthesized.properties(source)
        yield from self._moved(synthesized, of_source, source)
        if target is None:
            return
        of_target = synthesized.properties(target)
        yield from self._retention(of_source, of_target, target)
        if same_stack(source, target):
            yield from self._allowed(of_source, of_target, target)

    def _moved(
        self, synthesized: Synthesized, source: Mapping[str, Any], resource: sqs.CfnQueue
    ) -> Iterator[RefusedError]:
        """Yield a refusal where messages are not moved to the dead-letter queue that is watched."""
        given, policy = source.get("RedrivePolicy"), redrive_policy_of(source)
        target = policy.get("deadLetterTargetArn")
        expected = synthesized.resolve(resource, self.dead_letters.queue_arn)
        if any(str(name).startswith("Fn::") or name == "Ref" for name in policy):
            yield not_known(self.scope, "RedrivePolicy", given, rule=_WITHOUT, resource=resource)
        elif target != expected:
            yield refusal(
                path_of(self.scope),
                "dead_letter_queue",
                f"that of the queue's RedrivePolicy, {path_of(self.dead_letters)}",
                "none" if target is None else json.dumps(target),
                "leave deadLetterTargetArn, or messages that fail are lost or wait unseen",
                rule=_WITHOUT,
                resource=resource,
            )
        else:
            yield from self._receives(policy.get("maxReceiveCount", ""), resource)

    def _receives(self, given: Any, resource: sqs.CfnQueue) -> Iterator[RefusedError]:
        receives = number_of(given)
        yield from unjudged(self.scope, {"maxReceiveCount": given}, rule=_WITHOUT, resource=resource)
        least, most = RECEIVE_COUNT
        if receives is not None and not least <= receives <= most:
            allowed, fix = f"between {least} and {most}", "3 suits most work"
            yield refusal(
                self.scope,
                "maxReceiveCount",
                allowed,
                f"{receives:.12g}",
                fix,
                rule=_WITHOUT,
                resource=resource,
            )

    def _retention(
        self, source: Mapping[str, Any], target: Mapping[str, Any], resource: sqs.CfnQueue
    ) -> Iterator[RefusedError]:
        given = source.get("MessageRetentionPeriod", RETENTION)
        of_target = target.get("MessageRetentionPeriod", RETENTION)
        waits, kept = number_of(given), number_of(of_target)
        if waits is None or kept is None:
            for each in (given, of_target):
                values = {"MessageRetentionPeriod": each}
                yield from unjudged(self.scope, values, rule="dead-letter-retention", resource=resource)
            return
        if kept > waits:
            return
        yield refusal(
            path_of(self.scope),
            "dead_letter_queue",
            f"kept longer than the source's {waits:.12g} s",
            f"{kept:.12g} s",
            "a message keeps its age when it is moved; set its retention_period to 14 days",
            rule="dead-letter-retention",
            resource=resource,
        )

    def _allowed(
        self, source: Mapping[str, Any], target: Mapping[str, Any], resource: sqs.CfnQueue
    ) -> Iterator[RefusedError]:
        policy, name = _mapping(target.get("RedriveAllowPolicy")), source.get("QueueName")
        arns = policy.get("sourceQueueArns")
        if policy.get("redrivePermission") != "byQueue" or not isinstance(name, str) or not arns:
            return
        named = {_last_part(arn) for arn in arns}
        if None in named or name in named:
            return
        yield refusal(
            path_of(self.scope),
            "dead_letter_queue",
            f"one that takes messages from {name}",
            f"one for {', '.join(sorted(each for each in named if each))} alone",
            "leave the queue's name as it is, or name it in the redrive allow policy",
            rule="redrive-allow",
            resource=resource,
        )


def _last_part(arn: Any) -> str | None:
    """Return the queue's name of an ARN; None where it is a reference."""
    name = texts_of(arn)[0].rsplit(":", 1)[-1]
    return None if "${Token[" in name else name
