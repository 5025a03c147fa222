"""The keys on the way: whoever reads or writes what a customer's key encrypts must use the key."""

from collections.abc import Iterator
from dataclasses import replace

from wellmade.check.delivery.deployed import Deployed
from wellmade.check.delivery.need import Need
from wellmade.graph import Graph, Kind, Resource, Value, as_list, as_mapping

_KEYS = {
    "AWS::DynamoDB::Table": "SSESpecification.KMSMasterKeyId",
    "AWS::Kinesis::Stream": "StreamEncryption.KeyId",
    "AWS::SNS::Topic": "KmsMasterKeyId",
    "AWS::SQS::Queue": "KmsMasterKeyId",
    "AWS::SecretsManager::Secret": "KmsKeyId",
    "AWS::SSM::Parameter": "",
}
_WRITES = frozenset(
    ("sqs:SendMessage", "sns:Publish", "s3:PutObject", "kinesis:PutRecord", "kinesis:PutRecords")
)
_READS = frozenset(
    (
        *("sqs:SendMessage", "sns:Publish"),  # whoever sends opens the data key that is in use
        *("sqs:ReceiveMessage", "s3:GetObject", "kinesis:GetRecords", "dynamodb:GetRecords"),
        *("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query", "dynamodb:Scan"),
        *("dynamodb:DeleteItem", "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"),
        "secretsmanager:GetSecretValue",
    )
)
_RUNS = ("AWS::Lambda::Function", "AWS::ECS::TaskDefinition", "AWS::Serverless::Function")
_LISTENS = ("queue-policy", "topic-policy", "failure-policy")
"""`kms-breaks-delivery` reports the keys on these ways."""


def needs_of(deployed: Deployed, need: Need) -> Iterator[Need]:
    """Yield what a need takes on the key that encrypts its target."""
    if need.rule in (*_LISTENS, "pass-role") or need.actions[0].startswith("events:Put"):
        return
    wanted = _wanted(need.actions)
    key = key_of(deployed.graph, need.target)
    if wanted and key:
        yield _on_key(deployed, need, key, wanted)


def _wanted(actions: tuple[str, ...]) -> tuple[str, ...]:
    flat = {each for action in actions for each in action.split("|")}
    writes = ("kms:GenerateDataKey",) if flat & _WRITES else ()
    return (*writes, *(("kms:Decrypt",) if flat & _READS else ()))


def _on_key(deployed: Deployed, need: Need, key: Resource, actions: tuple[str, ...]) -> Need:
    service = need.actions[0].partition(":")[0]
    via = f"{service}.{deployed.region}.amazonaws.com"
    rule = "origin-key" if need.rule == "origin-policy" else "key-permission"
    context = (("kms:ViaService", via), ("kms:CallerAccount", deployed.account))
    return replace(
        need,
        rule=rule,
        actions=actions,
        arns=(deployed.arn(key),),
        guard=key,
        context=() if rule == "origin-key" else context,
    )


def of_grants(deployed: Deployed) -> Iterator[Need]:
    """Yield what code needs on keys: a role that may read or write a resource may use its key as well."""
    for kind in (Kind.READS, Kind.WRITES, Kind.PUBLISHES):
        for edge in deployed.graph.edges(kind):
            role = deployed.graph.role_of(edge.source) if edge.source.type in _RUNS else None
            key = key_of(deployed.graph, edge.target)
            wanted = _wanted(tuple(edge.detail.get("actions", ())))
            if role and key and wanted:
                base = Need(
                    rule="key-permission",
                    sender=edge.source,
                    target=edge.target,
                    at=edge.source,
                    path="Properties",
                    actor=role,
                    actions=tuple(edge.detail["actions"]),
                    arns=(),
                    purpose=_verb(kind),
                    lost="every such call is refused",
                )
                yield _on_key(deployed, base, key, wanted)


def _verb(kind: Kind) -> str:
    return {Kind.READS: "reads", Kind.WRITES: "writes"}.get(kind, "publishes to")


def key_of(graph: Graph, resource: Resource) -> Resource | None:
    """Return the key of the templates that encrypts a resource."""
    for value in _values(resource):
        found = graph.target(value, "AWS::KMS::Key", "AWS::KMS::Alias")
        if found and found.type == "AWS::KMS::Alias":
            found = graph.target(found.get("TargetKeyId"), "AWS::KMS::Key")
        if found:
            return found
    return None


def _values(resource: Resource) -> Iterator[Value]:
    if path := _KEYS.get(resource.type):
        yield from as_list(resource.get(path))
    if resource.type == "AWS::S3::Bucket":
        rules = as_list(resource.get("BucketEncryption.ServerSideEncryptionConfiguration"))
        for rule in map(as_mapping, rules):
            yield from as_list(as_mapping(rule.get("ServerSideEncryptionByDefault")).get("KMSMasterKeyID"))
