"""Amazon DynamoDB: request units or capacity, storage, continuous backups."""

from collections.abc import Iterator
from math import inf

from wellmade.capacity.names import short
from wellmade.cost.meter import Charge, NotPriced, flat
from wellmade.cost.usage import Usage
from wellmade.facts.prices import HOURS_A_MONTH
from wellmade.graph import Resource, Value, as_list, as_mapping, flag, number

PAGE = "https://aws.amazon.com/dynamodb/pricing/"
WRITES = flat("write request units", PAGE, "dynamodb_1m_write_request_units_on_demand", per=1e6)
REPLICATED = flat(
    "replicated write request units", PAGE, "dynamodb_1m_replicated_write_request_units", per=1e6
)
READS = flat("read request units", PAGE, "dynamodb_1m_read_request_units_on_demand", per=1e6)
WRITE_HOURS = flat(
    "write capacity unit hours", PAGE, "dynamodb_wcu_hour_provisioned", free=25 * HOURS_A_MONTH
)
READ_HOURS = flat("read capacity unit hours", PAGE, "dynamodb_rcu_hour_provisioned", free=25 * HOURS_A_MONTH)
STORED = flat("GB stored", PAGE, "dynamodb_gb_month_storage", free=25)
SIMPLE = "AWS::Serverless::SimpleTable"
"""On demand where it states no throughput.

Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-simpletable.html
"""
CAPTURED = flat(
    "changes captured by Kinesis, by KB", PAGE, "dynamodb_1m_change_data_capture_units_kinesis", per=1e6
)
STANDARD = "STANDARD"
RECOVERY = flat("GB of continuous backups", PAGE, "dynamodb_gb_month_pitr")


def table(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield what a table takes; every index is taken to hold and to be written all of it."""
    if resource.get("TableClass", STANDARD) != STANDARD:
        yield NotPriced("a table of a class of its own, with prices of its own")
        return
    indexes = as_list(resource.get("GlobalSecondaryIndexes"))
    if _is_on_demand(resource):
        writes = usage.writes(resource)
        if writes:
            usage.assume(f"{short(resource)}: no reads (nothing tells how many)")
        yield Charge(WRITES, writes * (1 + len(indexes)))
    else:
        yield from _provisioned(resource, indexes)
    if resource.get("KinesisStreamSpecification") is not None:
        yield Charge(CAPTURED, usage.writes(resource))
    stored = usage.gigabytes(resource)
    yield Charge(STORED, stored * (1 + len(indexes)))
    if resource.flag("PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled"):
        yield Charge(RECOVERY, stored)


def global_table(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield what a table takes in all its regions; each replica is written, holds and backs up all of it."""
    classes = [as_mapping(one).get("TableClass", STANDARD) for one in as_list(resource.get("Replicas"))]
    if any(one != STANDARD for one in classes):
        yield NotPriced("a table of a class of its own, with prices of its own")
        return
    replicas = as_list(resource.get("Replicas"))
    copies = len(replicas) * (1 + len(as_list(resource.get("GlobalSecondaryIndexes"))))
    if resource.get("BillingMode", "PROVISIONED") == "PAY_PER_REQUEST":
        writes = usage.writes(resource)
        if writes:
            usage.assume(
                f"{short(resource)}: no reads (nothing tells how many), prices of this region in all"
            )
        yield Charge(REPLICATED, writes * copies)
    else:
        yield NotPriced("capacity of its replicas: autoscaling decides how much")
    stored = usage.gigabytes(resource)
    yield Charge(STORED, stored * copies)
    kept = [as_mapping(as_mapping(each).get("PointInTimeRecoverySpecification")) for each in replicas]
    on = [each for each in kept if flag(each.get("PointInTimeRecoveryEnabled"))]
    yield Charge(RECOVERY, stored * len(on))


def _is_on_demand(resource: Resource) -> bool:
    if resource.type == SIMPLE:
        return resource.get("ProvisionedThroughput") is None
    return bool(resource.get("BillingMode", "PROVISIONED") == "PAY_PER_REQUEST")


def _provisioned(resource: Resource, indexes: list[Value]) -> Iterator[Charge | NotPriced]:
    every = [as_mapping(resource.get("ProvisionedThroughput"))]
    every += [as_mapping(as_mapping(one).get("ProvisionedThroughput")) for one in indexes]
    for name, meter in (("WriteCapacityUnits", WRITE_HOURS), ("ReadCapacityUnits", READ_HOURS)):
        found = [number(one.get(name)) for one in every]
        known = [one for one in found if one is not None and 0 <= one < inf]
        if len(known) < len(found):
            yield NotPriced(f"{name} that the template does not tell")
        yield Charge(meter, sum(known) * HOURS_A_MONTH, fixed=True)


PRICED = {
    "AWS::DynamoDB::GlobalTable": global_table,
    "AWS::DynamoDB::Table": table,
    SIMPLE: table,
}
