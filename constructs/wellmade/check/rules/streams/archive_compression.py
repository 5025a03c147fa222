"""Delivery streams compress their output."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Kind, Resource, as_mapping, flag, text

DESTINATIONS = ("ExtendedS3DestinationConfiguration", "S3DestinationConfiguration")
PLAIN = "UNCOMPRESSED"


def _check(graph: Graph) -> Iterator[Violation]:
    for stream in graph.of_type("AWS::KinesisFirehose::DeliveryStream"):
        for name in DESTINATIONS:
            destination = as_mapping(stream.get(name))
            if not destination or _comes_compressed(graph, stream):
                continue
            conversion = as_mapping(destination.get("DataFormatConversionConfiguration"))
            columns = bool(conversion) and flag(conversion.get("Enabled", True)) is not False
            plain = text(stream.get(f"{name}.CompressionFormat", PLAIN)) == PLAIN
            if plain and not columns:
                yield Violation(
                    stream, f"Properties.{name}.CompressionFormat", "writes to the bucket uncompressed"
                )


def _comes_compressed(graph: Graph, stream: Resource) -> bool:
    """CloudWatch Logs sends what is compressed already."""
    return any(
        edge.via.type == "AWS::Logs::SubscriptionFilter"
        for edge in graph.edges(kind=Kind.PUBLISHES, target=stream)
    )


RULE = Rule(
    id="archive-compression",
    title="Delivery streams compress their output",
    severity=Severity.ADVICE,
    explanation=(
        "JSON compresses to about a tenth, and both storage and Athena are paid by the byte. The archive of "
        "a busy stream costs many times what it needs, every month for as long as it is kept."
    ),
    fix="set CompressionFormat to GZIP, or convert the records to Parquet",
    source="https://docs.aws.amazon.com/firehose/latest/dev/create-destination.html",
    check=_check,
)
