"""The option `table=` of a change feed: any table of the app, or an imported one with its stream."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from wellmade.foundation.source_policy import SourceGrant
from wellmade.kit.lookups import default_child, path_of
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized

Table = dynamodb.ITable | dynamodb.ITableV2 | dynamodb.Table | dynamodb.TableV2
BOTH_IMAGES = "NEW_AND_OLD_IMAGES"
IMAGES: dict[str, frozenset[str]] = {
    "NEW_AND_OLD_IMAGES": frozenset({"NewImage", "OldImage"}),
    "NEW_IMAGE": frozenset({"NewImage"}),
    "OLD_IMAGE": frozenset({"OldImage"}),
    "KEYS_ONLY": frozenset(),
}
"""What a change holds besides its keys, by the view type of the table's stream.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StreamSpecification.html
"""
READS = (
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
)
"""Source: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html"""
USED_BY = "the event source, to read the stream"
_Resource = dynamodb.CfnTable | dynamodb.CfnGlobalTable


def stream_arn_of(scope: Construct, table: Table) -> str:
    """Return the ARN of a table's stream, which is turned on where it is off and that can be seen.

    A stream that is on keeps its view type, since others may read it: to change it is to replace it.

    Args:
        scope: The pattern.
        table: What the user gave.

    Raises:
        RefusedError: If the table is imported without its stream.
    """
    resource = resource_of(table)
    if resource is None:
        return _of_imported(scope, table)
    # Whether the stream of a TableV2 is on cannot be read before synth: there the rule looks.
    if isinstance(resource, dynamodb.CfnTable) and resource.stream_specification is None:
        resource.stream_specification = dynamodb.CfnTable.StreamSpecificationProperty(
            stream_view_type=BOTH_IMAGES
        )
    return resource.attr_stream_arn


def reading_of(table: Table, stream_arn: str) -> list[SourceGrant]:
    """Return what a role must hold to read a table's stream, the table's key included."""
    key = table.encryption_key
    reads = [SourceGrant(READS, (stream_arn,), USED_BY, keyed=key is not None)]
    return [*reads, SourceGrant(("kms:Decrypt",), (key.key_arn,), USED_BY)] if key else reads


def resource_of(table: Table) -> _Resource | None:
    """Return a table's resource in the template; None for an imported one, or for a replica."""
    found = default_child(cast(Construct, table))
    return found if isinstance(found, dynamodb.CfnTable | dynamodb.CfnGlobalTable) else None


def _of_imported(scope: Construct, table: Table) -> str:
    arn = table.table_stream_arn
    if not arn:
        fix = "import it with from_table_attributes and table_stream_arn"
        raise refusal(scope, "table", "imported with the ARN of its stream", "a table without", fix)
    return arn


@dataclass(frozen=True)
class TableRules:
    """A table's stream, and what a pattern filters its changes by."""

    scope: Construct
    table: Table
    filters: Sequence[Mapping[str, Any]]

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal where the stream is off, or a filter compares an image that no change has."""
        resource = resource_of(self.table)
        if resource is None:
            return
        view = (synthesized.properties(resource).get("StreamSpecification") or {}).get("StreamViewType")
        if view is None:
            fix = f"turn it on where the table is defined, with view type {BOTH_IMAGES}"
            yield refusal(path_of(self.scope), "table", "one with a stream", "none", fix, resource=resource)
        blind = sorted(_images_of(self.filters) - IMAGES.get(str(view), IMAGES[BOTH_IMAGES]))
        if view and blind:
            fix = f"compare keys or eventName, or let the stream show {BOTH_IMAGES}"
            allowed = f"on what the table's stream of view type {view} shows"
            got = f"one on {' and '.join(blind)}"
            yield refusal(path_of(self.scope), "filters", allowed, got, fix, resource=resource)


def _images_of(filters: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    return frozenset(image for each in filters for image in IMAGES[BOTH_IMAGES] if image in _keys(each))


def _keys(pattern: Mapping[str, Any]) -> set[str]:
    within = [_keys(value) for value in pattern.values() if isinstance(value, Mapping)]
    return set(pattern).union(*within)
