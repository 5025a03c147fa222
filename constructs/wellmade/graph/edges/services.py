"""AppSync data sources, Firehose streams, Cognito triggers and custom resources."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wellmade.graph.edge import Edge, Kind
from wellmade.graph.edges.source import Source, to
from wellmade.graph.resource import Resource
from wellmade.graph.values import as_list, as_mapping

if TYPE_CHECKING:
    from wellmade.graph.graph import Graph


def _data_source(graph: "Graph", source: Resource) -> Iterator[Edge]:
    api = graph.target(source.get("ApiId"), "AWS::AppSync::GraphQLApi")
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
            yield from to(graph, api, source.get(path), kind, source)


def _firehose(graph: "Graph", stream: Resource) -> Iterator[Edge]:
    origin = graph.target(stream.get("KinesisStreamSourceConfiguration.KinesisStreamARN"))
    if origin:
        yield Edge(origin, stream, Kind.POLLS, stream, stream.properties)
    for name, value in stream.properties.items():
        configuration = as_mapping(value) if name.endswith("DestinationConfiguration") else {}
        backup = as_mapping(
            configuration.get("S3Configuration") or configuration.get("S3BackupConfiguration")
        )
        for bucket in (configuration.get("BucketARN"), backup.get("BucketARN")):
            yield from to(graph, stream, bucket, Kind.WRITES, stream)
        processing = as_mapping(configuration.get("ProcessingConfiguration"))
        for processor in as_list(processing.get("Processors")):
            for parameter in as_list(as_mapping(processor).get("Parameters")):
                arn = as_mapping(parameter).get("ParameterValue")
                function = graph.function(arn)
                if function:
                    yield Edge(stream, function, Kind.INVOKES_SYNC, stream)


def _triggers(graph: "Graph", pool: Resource) -> Iterator[Edge]:
    for trigger, value in as_mapping(pool.get("LambdaConfig")).items():
        arn = as_mapping(value).get("LambdaArn", value)
        function = graph.function(arn)
        if function:
            yield Edge(pool, function, Kind.INVOKES_SYNC, pool, {"trigger": trigger})


def custom_resource(graph: "Graph", resource: Resource) -> Iterator[Edge]:
    """Yield the edge from a custom resource to the function that makes it."""
    yield from to(graph, resource, resource.get("ServiceToken"), Kind.INVOKES_SYNC, resource)


SOURCES: dict[str, Source] = {
    "AWS::AppSync::DataSource": _data_source,
    "AWS::KinesisFirehose::DeliveryStream": _firehose,
    "AWS::Cognito::UserPool": _triggers,
}
