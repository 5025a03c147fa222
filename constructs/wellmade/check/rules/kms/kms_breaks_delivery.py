"""Key policies allow the services that deliver to an encrypted queue or topic."""

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase

from wellmade.check.delivery.set_by_code import is_whole
from wellmade.check.policies import Granted, granted
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.kms import SERVICES_WITHOUT_SOURCE_CONDITION
from wellmade.graph import Edge, Graph, Kind, Resource, Value, as_list, options, written

_KEYS = {"AWS::SQS::Queue": "KmsMasterKeyId", "AWS::SNS::Topic": "KmsMasterKeyId"}
_MANAGED = ("alias/aws/sqs", "alias/aws/sns")
_SENDERS = {
    "AWS::S3::Bucket": "s3.amazonaws.com",
    "AWS::Events::Rule": "events.amazonaws.com",
    "AWS::SNS::Topic": "sns.amazonaws.com",
}
_TOPIC = "AWS::SNS::Topic"
_ALARMS = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")


def _check(graph: Graph) -> Iterator[Violation]:
    for target, sender, service, fails in dict.fromkeys(_deliveries(graph)):
        path = _KEYS[target.type]
        key = target.get(path)
        keys = [written(option) for option in options(key)]
        if keys and all(each.endswith(_MANAGED) for each in keys):
            why = f"is the key that AWS manages ({keys[0]}), which {service} may not use"
            yield _violation(target, f"{why}: {fails(sender)}", target.id)
        elif (own := graph.target(key, "AWS::KMS::Key", "AWS::KMS::Alias")) and _shuts_out(
            graph, own, service, target.type
        ):
            why = f"is a key whose policy does not let {service} use it"
            yield _violation(target, f"{why}: {fails(sender)}", f"{own.id} {service}")


def _violation(target: Resource, message: str, cause: str) -> Violation:
    return Violation(target, f"Properties.{_KEYS[target.type]}", message, cause=cause)


def _nothing_arrives(sender: Resource) -> str:
    return f"nothing of {sender.logical_id} arrives"


def _nothing_is_kept(sender: Resource) -> str:
    return f"what {sender.logical_id} cannot deliver to its target is lost, not kept here"


def _deliveries(graph: Graph) -> Iterator[tuple[Resource, Resource, str, Callable[[Resource], str]]]:
    for edge in graph.edges():
        if edge.target.type in _KEYS and edge.source.type in _SENDERS and _is_own_call(edge):
            fails = _nothing_is_kept if edge.kind is Kind.DEAD_LETTERS else _nothing_arrives
            yield edge.target, edge.source, _SENDERS[edge.source.type], fails
    for alarm in graph.of_type(*_ALARMS):
        for action in ("AlarmActions", "OKActions", "InsufficientDataActions"):
            for value in as_list(alarm.get(action)):
                topic = graph.target(value, "AWS::SNS::Topic")
                if topic:
                    yield topic, alarm, "cloudwatch.amazonaws.com", _nothing_arrives


def _is_own_call(edge: Edge) -> bool:
    """Tell whether the service itself sends, and not a role."""
    return edge.kind is not Kind.GUARDS and edge.detail.get("RoleArn") is None


def _shuts_out(graph: Graph, key: Resource, service: str, target: str) -> bool:
    if key.type == "AWS::KMS::Alias":
        found = graph.target(key.get("TargetKeyId"), "AWS::KMS::Key")
        return found is not None and _shuts_out(graph, found, service, target)
    if not is_whole(graph, key, "KeyPolicy"):
        return False
    return not all(
        _may(graph, key, service, target, action) for action in ("kms:generatedatakey", "kms:decrypt")
    )


def _may(graph: Graph, key: Resource, service: str, target: str, wanted: str) -> bool:
    return any(
        _is_for(statement.principals("Service"), service) or statement.principals("AWS") == ["*"]
        for statement in granted(graph, key, "KeyPolicy")
        if any(fnmatchcase(wanted, action.lower()) for action in statement.actions)
        and not (
            target == _TOPIC and service in SERVICES_WITHOUT_SOURCE_CONDITION and _asks_for_source(statement)
        )
    )


def _asks_for_source(statement: Granted) -> bool:
    return any(key.startswith("aws:source") for key in statement.condition_keys())


def _is_for(principals: list[Value], service: str) -> bool:
    return any(each in (service, "*") or not isinstance(each, str) for each in principals)


RULE = Rule(
    id="kms-breaks-delivery",
    title="Key policies allow the services that deliver to an encrypted queue or topic",
    severity=Severity.ERROR,
    explanation=(
        "The service cannot encrypt the message, so the event or the alarm is lost without notice: "
        "the delivery fails on the sender's side, where there is no log. A dead-letter queue "
        "that the service may not use keeps nothing."
    ),
    fix="use a key of your own whose policy allows the service kms:GenerateDataKey* and kms:Decrypt",
    source="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html",
    check=_check,
)
