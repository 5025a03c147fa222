"""Services that work with a role of the template: delivery streams, data sources, database proxies."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from wellmade.check.delivery.deployed import Deployed
from wellmade.check.delivery.need import Need, Sender
from wellmade.check.delivery.senders.common import Place, by_role, need
from wellmade.graph import Resource, Value, as_list, as_mapping

_SCHEMAS = ("glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions")
_ANY_OF_TABLES = (
    "|".join(
        f"dynamodb:{action}"
        for action in (
            *("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem"),
            *("BatchWriteItem", "PartiQLSelect", "PartiQLInsert", "PartiQLUpdate", "ConditionCheckItem"),
        )
    ),
)
"""Which of them a data source calls stands in the resolvers."""
_READS = ("kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStream")


def _delivery(deployed: Deployed, stream: Resource) -> Iterator[Need]:
    origin = as_mapping(stream.get("KinesisStreamSourceConfiguration"))
    place = Place(stream, stream, "KinesisStreamSourceConfiguration", "reads", "nothing is delivered")
    role = deployed.graph.target(origin.get("RoleARN"), "AWS::IAM::Role")
    source = deployed.graph.target(origin.get("KinesisStreamARN"), "AWS::Kinesis::Stream")
    if role and source:
        value = origin.get("KinesisStreamARN")
        yield need(deployed, "poll-permission", place, role, source, _READS, value)
    for name in stream.properties:
        if name.endswith("DestinationConfiguration"):
            yield from _destination(deployed, stream, name)


def _destination(deployed: Deployed, stream: Resource, name: str) -> Iterator[Need]:
    given = as_mapping(stream.get(name))
    role = given.get("RoleARN")
    place = Place(stream, stream, f"{name}.BucketARN", "writes to", "the records are lost after a day")
    yield from by_role(deployed, "target-permission", place, role, given.get("BucketARN"))
    for key in ("S3Configuration", "S3BackupConfiguration"):
        backup = as_mapping(given.get(key))
        written = Place(stream, stream, f"{name}.{key}", "writes to", place.lost)
        yield from by_role(
            deployed, "target-permission", written, backup.get("RoleARN"), backup.get("BucketARN")
        )
    yield from _schema(deployed, stream, name, as_mapping(given.get("DataFormatConversionConfiguration")))
    for value in _processors(as_mapping(given.get("ProcessingConfiguration")).get("Processors")):
        if deployed.graph.function(value):
            calls = Place(
                stream, stream, f"{name}.ProcessingConfiguration", "calls", "every record is a failure"
            )
            yield from by_role(deployed, "target-permission", calls, role, value)


def _schema(
    deployed: Deployed, stream: Resource, name: str, conversion: Mapping[str, Value]
) -> Iterator[Need]:
    schema = as_mapping(conversion.get("SchemaConfiguration"))
    role = deployed.graph.target(schema.get("RoleARN"), "AWS::IAM::Role")
    table = deployed.graph.target(schema.get("TableName"), "AWS::Glue::Table")
    if role and table:
        path = f"{name}.DataFormatConversionConfiguration"
        place = Place(stream, stream, path, "reads the schema of", "every record fails to be converted")
        names = [deployed.texts(schema.get(key))[:1] for key in ("DatabaseName", "TableName")]
        arn = f"arn:aws:glue:{deployed.region}:{deployed.account}:table/{'/'.join(n[0] for n in names if n)}"
        found = need(deployed, "target-permission", place, role, table, _SCHEMAS, table)
        yield replace(found, arns=(arn,))


def _processors(processors: Value) -> Iterator[Value]:
    for processor in map(as_mapping, as_list(processors)):
        for parameter in map(as_mapping, as_list(processor.get("Parameters"))):
            if parameter.get("ParameterName") == "LambdaArn":
                yield parameter.get("ParameterValue")


def _data_source(deployed: Deployed, source: Resource) -> Iterator[Need]:
    api = deployed.graph.target(source.get("ApiId"))
    role = source.get("ServiceRoleArn")
    for path in ("LambdaConfig.LambdaFunctionArn", "EventBridgeConfig.EventBusArn"):
        if api:
            place = Place(api, source, path, "calls", "every resolver of it answers with an error")
            yield from by_role(deployed, "target-permission", place, role, source.get(path))
    table = deployed.graph.target(source.get("DynamoDBConfig.TableName"), "AWS::DynamoDB::Table")
    actor = deployed.graph.target(role, "AWS::IAM::Role")
    if api and table and actor:
        lost = "every resolver of it answers with an error"
        place = Place(api, source, "DynamoDBConfig.TableName", "reads or writes", lost)
        found = need(deployed, "target-permission", place, actor, table, _ANY_OF_TABLES, table)
        yield replace(found, arns=(deployed.arn(table), f"{deployed.arn(table)}/index/x"))


def _replicated(deployed: Deployed, bucket: Resource) -> Iterator[Need]:
    """S3 reads each version from the bucket and writes it to another one."""
    role = deployed.graph.target(bucket.get("ReplicationConfiguration.Role"), "AWS::IAM::Role")
    for index, rule in enumerate(map(as_mapping, as_list(bucket.get("ReplicationConfiguration.Rules")))):
        target = deployed.graph.target(as_mapping(rule.get("Destination")).get("Bucket"), "AWS::S3::Bucket")
        if role and target and rule.get("Status") == "Enabled":
            path, lost = f"ReplicationConfiguration.Rules.{index}", "no object is replicated"
            place = Place(bucket, bucket, path, "replicates to", lost)
            yield need(deployed, "target-permission", place, role, target, ("s3:ReplicateObject",), target)
            reads = Place(bucket, bucket, path, "is read to replicate", lost)
            actions = ("s3:GetObjectVersionForReplication|s3:GetObjectVersion",)
            yield need(deployed, "target-permission", reads, role, bucket, actions, bucket)


def _proxy(deployed: Deployed, proxy: Resource) -> Iterator[Need]:
    role = deployed.graph.target(proxy.get("RoleArn"), "AWS::IAM::Role")
    for index, entry in enumerate(map(as_mapping, as_list(proxy.get("Auth")))):
        secret = deployed.graph.target(entry.get("SecretArn"))
        if role and secret:
            place = Place(proxy, proxy, f"Auth.{index}.SecretArn", "signs in with", "no connection succeeds")
            actions = ("secretsmanager:GetSecretValue",)
            yield need(deployed, "target-permission", place, role, secret, actions, entry.get("SecretArn"))


SENDERS: dict[str, Sender] = {
    "AWS::KinesisFirehose::DeliveryStream": _delivery,
    "AWS::AppSync::DataSource": _data_source,
    "AWS::RDS::DBProxy": _proxy,
    "AWS::S3::Bucket": _replicated,
}
