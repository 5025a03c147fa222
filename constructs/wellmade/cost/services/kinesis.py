"""Amazon Kinesis Data Streams and Firehose."""

from collections.abc import Iterator
from math import ceil

from wellmade.cost.meter import Charge, NotPriced, flat
from wellmade.cost.usage import Usage
from wellmade.facts.prices import HOURS_A_MONTH, KILOBYTES_A_GIGABYTE
from wellmade.graph import Resource

PAGE = "https://aws.amazon.com/kinesis/data-streams/pricing/"
STREAM_HOURS = flat("stream hours", PAGE, "kinesis_data_streams_stream_hour_on_demand")
BYTES_IN = flat("GB in", PAGE, "kinesis_data_streams_gb_in_on_demand")
BYTES_OUT = flat("GB out", PAGE, "kinesis_data_streams_gb_out_on_demand")
KEPT = flat("GB kept over a day", PAGE, "kinesis_data_streams_gb_month_on_demand_extended_retention")
SHARD_HOURS = flat("shard hours", PAGE, "kinesis_data_streams_shard_hour_provisioned")
PUT_UNITS = flat("put units of 25 KB", PAGE, "kinesis_data_streams_1m_put_payload_units", per=1e6)
LONGER_HOURS = flat(
    "shard hours kept over a day", PAGE, "kinesis_data_streams_shard_hour_extended_retention_24h_7d"
)
INCLUDED_HOURS = 24


def stream(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield what a stream takes, by shards or on demand; each reader reads all of it."""
    records, size = usage.messages(resource), usage.kilobytes(resource)
    kept = usage.number(resource, "RetentionPeriodHours", INCLUDED_HOURS) - INCLUDED_HOURS
    if kept > 6 * INCLUDED_HOURS:
        yield NotPriced("retention of more than 7 days")
    if resource.get("ShardCount") is None:
        readers = sum(channel.source == resource.id for channel in usage.channels)
        gigabytes = records * ceil(size) / KILOBYTES_A_GIGABYTE
        yield Charge(STREAM_HOURS, HOURS_A_MONTH, fixed=True)
        yield Charge(BYTES_IN, gigabytes)
        yield Charge(BYTES_OUT, gigabytes * readers)
        yield Charge(KEPT, gigabytes * kept / HOURS_A_MONTH)
        return
    hours = usage.number(resource, "ShardCount", 1) * HOURS_A_MONTH
    yield Charge(SHARD_HOURS, hours, fixed=True)
    yield Charge(LONGER_HOURS, hours if kept else 0, fixed=True)
    yield Charge(PUT_UNITS, records * ceil(size / 25))


def firehose(_: Resource, __: Usage) -> Iterator[NotPriced]:
    """Say that its price by GB is in no source that the price file has."""
    yield NotPriced("GB that are delivered: the price file has no price of Firehose")


PRICED = {"AWS::Kinesis::Stream": stream, "AWS::KinesisFirehose::DeliveryStream": firehose}
