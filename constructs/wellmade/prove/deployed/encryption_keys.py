"""Which of the customer's keys encrypts what, and which alias stands for which key."""

from collections.abc import Iterator

from wellmade.graph import Graph, Resource, Value, as_list, as_mapping, options
from wellmade.prove.deployed.naming import Naming
from wellmade.prove.deployed.own_arns import own_arn

_KEYS = {
    "AWS::DynamoDB::GlobalTable": "Replicas.0.SSESpecification.KMSMasterKeyId",
    "AWS::DynamoDB::Table": "SSESpecification.KMSMasterKeyId",
    "AWS::Kinesis::Stream": "StreamEncryption.KeyId",
    "AWS::SNS::Topic": "KmsMasterKeyId",
    "AWS::SQS::Queue": "KmsMasterKeyId",
    "AWS::SecretsManager::Secret": "KmsKeyId",
    "AWS::Serverless::SimpleTable": "SSESpecification.KMSMasterKeyId",
    "AWS::StepFunctions::StateMachine": "EncryptionConfiguration.KmsKeyId",
}
"""By type, where a template names the key."""
_RULES = "BucketEncryption.ServerSideEncryptionConfiguration"
_MANAGED = ("alias/aws/", "aws/")
"""Keys of AWS's own need no permission."""


def keys_in(graph: Graph, naming: Naming) -> dict[str, str]:
    """Return the ARN of each resource that a customer's key encrypts, with the key's ARN."""
    return {
        naming.open_arn(resource): key
        for resource in graph.of_type("AWS::S3::Bucket", *_KEYS)
        for value in _named(resource)
        for key in _key_arns(graph, naming, value)
    }


def aliases_in(graph: Graph, naming: Naming) -> dict[str, str]:
    """Return the aliases of keys with the ARNs of their keys."""
    return {
        naming.name(alias): key
        for alias in graph.of_type("AWS::KMS::Alias")
        for key in _key_arns(graph, naming, alias.get("TargetKeyId"))
    }


def partition_keys_in(graph: Graph, naming: Naming) -> dict[str, str]:
    """Return the ARN of each table with the name of its partition key."""
    found = {}
    for table in graph.of_type("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"):
        for entry in map(as_mapping, as_list(table.get("KeySchema"))):
            if entry.get("KeyType") == "HASH" and isinstance(entry.get("AttributeName"), str):
                found[naming.arn(table)] = entry["AttributeName"]
    for table in graph.of_type("AWS::Serverless::SimpleTable"):
        found[naming.arn(table)] = str(table.get("PrimaryKey.Name", "id"))
    return found


def _named(resource: Resource) -> Iterator[Value]:
    if resource.type in _KEYS:
        yield resource.get(_KEYS[resource.type])
    for rule in map(as_mapping, as_list(resource.get(_RULES))):
        yield as_mapping(rule.get("ServerSideEncryptionByDefault")).get("KMSMasterKeyID")


def _key_arns(graph: Graph, naming: Naming, value: Value) -> Iterator[str]:
    """Yield the ARN of the key that an id, an ARN or an alias means; none if it is AWS's own."""
    for option in options(value):
        target = graph.target(option)
        if target and target.type == "AWS::KMS::Alias":
            yield from _key_arns(graph, naming, target.get("TargetKeyId"))
            continue
        if target:
            yield naming.arn(target)
            continue
        [text] = naming.arns([option]) or [""]
        bare = text.rpartition(":")[2]
        if text and not bare.startswith(_MANAGED):
            yield text if text.startswith("arn:") else own_arn("kms", _path(text), naming)


def _path(text: str) -> str:
    return text if text.startswith("alias/") else f"key/{text}"
