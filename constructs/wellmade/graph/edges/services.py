"""AppSync data sources, Firehose streams, Cognito triggers and custom resources."""

from collections.abc import Iterator

from wellmade.graph.edges.edge import Edge, Kind
from wellmade.graph.edges.source import Source, edges_to
from wellmade.graph.resolve.resource import Resource
from wellmade.graph.resolve.resource_index import ResourceIndex
from wellmade.graph.resolve.values import as_list, as_mapping


def _data_source(index: ResourceIndex, source: Resource) -> Iterator[Edge]:
    api = index.target(source.get("ApiId"), "AWS::AppSync::GraphQLApi")
    if api is None:
        return
    named = {
        "LambdaConfig.LambdaFunctionArn": (Kind.INVOKES_SYNC,),
        "DynamoDBConfig.TableName": (Kind.READS, Kind.WRITES),
        "EventBridgeConfig.EventBusArn": (Kind.PUBLISHES,),
        "RelationalDatabaseConfig.RdsHttpEndpointConfig.DbClusterIdentifier": (Kind.READS, Kind.WRITES),
    }
    for path, kinds in named.items():
        for kind in kinds:
            yield from edges_to(index, api, source.get(path), kind, source)


def _firehose(index: ResourceIndex, stream: Resource) -> Iterator[Edge]:
    origin = index.target(stream.get("KinesisStreamSourceConfiguration.KinesisStreamARN"))
    if origin:
        yield Edge(origin, stream, Kind.POLLS, stream, stream.properties)
    for name, value in stream.properties.items():
        configuration = as_mapping(value) if name.endswith("DestinationConfiguration") else {}
        backup = as_mapping(
            configuration.get("S3Configuration") or configuration.get("S3BackupConfiguration")
        )
        for bucket in (configuration.get("BucketARN"), backup.get("BucketARN")):
            yield from edges_to(index, stream, bucket, Kind.WRITES, stream)
        processing = as_mapping(configuration.get("ProcessingConfiguration"))
        for processor in as_list(processing.get("Processors")):
            for parameter in as_list(as_mapping(processor).get("Parameters")):
                arn = as_mapping(parameter).get("ParameterValue")
                function = index.function(arn)
                if function:
                    yield Edge(stream, function, Kind.INVOKES_SYNC, stream)


def _triggers(index: ResourceIndex, pool: Resource) -> Iterator[Edge]:
    for trigger, value in as_mapping(pool.get("LambdaConfig")).items():
        arn = as_mapping(value).get("LambdaArn", value)
        function = index.function(arn)
        if function:
            yield Edge(pool, function, Kind.INVOKES_SYNC, pool, {"trigger": trigger})


def custom_resource(index: ResourceIndex, resource: Resource) -> Iterator[Edge]:
    """Yield the edge from a custom resource to the function that makes it."""
    yield from edges_to(index, resource, resource.get("ServiceToken"), Kind.INVOKES_SYNC, resource)


SOURCES: dict[str, Source] = {
    "AWS::AppSync::DataSource": _data_source,
    "AWS::KinesisFirehose::DeliveryStream": _firehose,
    "AWS::Cognito::UserPool": _triggers,
}
