"""The inequalities of tables and their indexes: provisioned, scaled and on demand."""

from collections.abc import Iterator, Mapping
from math import ceil

from wellmade.capacity.known_values import KnownValues
from wellmade.capacity.names import short
from wellmade.capacity.ramp import Ramp
from wellmade.capacity.runs import at
from wellmade.capacity.scaling import policies
from wellmade.capacity.sources import kilobytes_of
from wellmade.capacity.system import Limit
from wellmade.capacity.units import PER_SECOND
from wellmade.facts import dynamodb
from wellmade.graph import Kind, Resource, as_list, as_mapping, is_known, number

TABLES = ("AWS::DynamoDB::Table", "AWS::Serverless::SimpleTable")
_UNITS = "ProvisionedThroughput.WriteCapacityUnits"


def table_limits(known: KnownValues, table: Resource, claims: Mapping[str, float]) -> Iterator[Limit]:
    """Yield what a table and its indexes take: a write goes to the table and to every index."""
    units_each = ceil(kilobytes_of(known, table, "items"))
    claims = {key: claim * units_each for key, claim in claims.items()}
    known.leave(f"{short(table)}: reads", "what they take of its capacity is not judged")
    if not is_known(table.get("BillingMode")):
        known.unknown(table, "BillingMode", table.get("BillingMode"))
    if _is_on_demand(table):
        yield _on_demand(known, table, claims)
        return
    own = known.number(table, _UNITS, 0.0)
    if own:
        yield _provisioned(known, table, "", own, claims)
    for index in as_list(table.get("GlobalSecondaryIndexes")):
        fields = as_mapping(index)
        stated = as_mapping(fields.get("ProvisionedThroughput")).get("WriteCapacityUnits")
        units, name = number(stated), str(fields.get("IndexName"))
        if units is None and stated is not None:
            known.unknown(table, f"WriteCapacityUnits of index {name}", stated)
        if units:
            known.assume(f"{short(table)}: every write goes to the index {name} too")
            yield _provisioned(known, table, name, units, claims)


def _is_on_demand(table: Resource) -> bool:
    """Tell how a table is billed; one of SAM is provisioned only where it says with how much.

    Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-simpletable.html
    """
    if table.type == "AWS::Serverless::SimpleTable":
        return table.get("ProvisionedThroughput") is None
    return bool(table.get("BillingMode", "PROVISIONED") == "PAY_PER_REQUEST")


def _on_demand(known: KnownValues, table: Resource, claims: Mapping[str, float]) -> Limit:
    most = table.number("OnDemandThroughput.MaxWriteRequestUnits") or float(dynamodb.TABLE_WRITES)
    warm = table.number("WarmThroughput.WriteUnitsPerSecond") or float(dynamodb.ON_DEMAND_WRITES)
    setting = "MaxWriteRequestUnits" if table.get("OnDemandThroughput") else "the account's quota"
    ramp = Ramp(warm, float(dynamodb.ON_DEMAND_DOUBLES), factor=2.0, base=2.0)
    known.assume(
        f"{short(table)}: on demand, begins with {warm:,.0f} writes/s or twice the load before the peak"
    )
    name = f"writes to {short(table)}"
    return Limit(name, f"{setting} of {at(table)}", most, PER_SECOND, claims, ramp=ramp)


def _provisioned(
    known: KnownValues, table: Resource, index: str, units: float, claims: Mapping[str, float]
) -> Limit:
    what = f"index {index} of {short(table)}" if index else short(table)
    target = _target(known, table, index)
    if target is None:
        return Limit(f"writes to {what}", f"WriteCapacityUnits of {at(table)}", units, PER_SECOND, claims)
    most = known.value_or_assume(target, "MaxCapacity", units, "write units")
    least = known.value_or_assume(target, "MinCapacity", units, "write units")
    wanted = _utilization(known, target) / 100
    # What is consumed cannot be more than there is, so each step grows by the inverse of the target.
    ramp = Ramp(least, float(dynamodb.SCALES_AFTER), factor=1 / wanted, base=1 / wanted)
    return Limit(
        f"writes to {what}", f"MaxCapacity of {at(target)}", max(most, units), PER_SECOND, claims, ramp=ramp
    )


def _target(known: KnownValues, table: Resource, index: str) -> Resource | None:
    dimension = "dynamodb:index:WriteCapacityUnits" if index else "dynamodb:table:WriteCapacityUnits"
    for edge in known.graph.edges(kind=Kind.GUARDS, target=table):
        scaled = edge.source
        named = str(scaled.get("ResourceId"))
        if scaled.get("ScalableDimension") == dimension and (not index or index in named):
            return scaled
    return None


def _utilization(known: KnownValues, target: Resource) -> float:
    for policy in policies(known, target):
        value = policy.number("TargetTrackingScalingPolicyConfiguration.TargetValue")
        if value:
            return value
    return float(dynamodb.TARGET_UTILIZATION)
