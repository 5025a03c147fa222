"""Amazon Kinesis Data Streams and Firehose."""

from collections.abc import Iterator
from math import ceil

from wellmade.cost.meter import Charge, Meter, NotPriced, flat
from wellmade.cost.usage import Usage
from wellmade.facts.prices import HOURS_A_MONTH, KILOBYTES_A_GIGABYTE
from wellmade.graph import Resource, as_mapping

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
READ_APART = flat("GB out to readers of their own", PAGE, "kinesis_data_streams_gb_out_on_demand_efo")
READER_HOURS = flat(
    "shard hours of readers of their own", PAGE, "kinesis_data_streams_consumer_shard_hour_efo"
)
READ_BY_SHARD = flat("GB out by shard to readers of their own", PAGE, "kinesis_data_streams_gb_efo_retrieval")
INCLUDED_HOURS = 24
FIREHOSE_PAGE = "https://aws.amazon.com/firehose/pricing/"
ROUNDED_KILOBYTES = 5
"""To which Firehose rounds each record up."""
INGESTED = Meter("GB into Firehose", FIREHOSE_PAGE, ((500 * 1024, "firehose_gb_ingested"),))
CONVERTED = flat("GB converted by Firehose", FIREHOSE_PAGE, "firehose_gb_converted")


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


def consumer(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield a reader with throughput of its own: all of the stream, and the hours of its shards."""
    source = usage.graph.target(resource.get("StreamARN"), "AWS::Kinesis::Stream")
    if source is None:
        yield NotPriced("a reader of a stream that these templates do not tell")
        return
    gigabytes = usage.messages(source) * ceil(usage.kilobytes(source)) / KILOBYTES_A_GIGABYTE
    if source.get("ShardCount") is None:
        yield Charge(READ_APART, gigabytes)
        return
    yield Charge(READER_HOURS, usage.number(source, "ShardCount", 1) * HOURS_A_MONTH, fixed=True)
    yield Charge(READ_BY_SHARD, gigabytes)


def firehose(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield what a delivery stream takes in, each record rounded up, and what it converts of it."""
    source = usage.graph.target(
        resource.get("KinesisStreamSourceConfiguration.KinesisStreamARN"), "AWS::Kinesis::Stream"
    )
    records = usage.messages(source or resource)
    size = ceil(usage.kilobytes(source or resource) / ROUNDED_KILOBYTES) * ROUNDED_KILOBYTES
    gigabytes = records * size / KILOBYTES_A_GIGABYTE
    yield Charge(INGESTED, gigabytes)
    if any("VpcConfiguration" in as_mapping(one) for one in resource.properties.values()):
        yield NotPriced("delivery into a network: hours by zone, and GB")
    place = as_mapping(resource.get("ExtendedS3DestinationConfiguration"))
    conversion = as_mapping(place.get("DataFormatConversionConfiguration"))
    if conversion and conversion.get("Enabled") not in (False, "false"):
        yield Charge(CONVERTED, gigabytes)
    if as_mapping(place.get("DynamicPartitioningConfiguration")).get("Enabled") in (True, "true"):
        yield NotPriced("dynamic partitioning: GB and objects by key")


PRICED = {
    "AWS::Kinesis::Stream": stream,
    "AWS::Kinesis::StreamConsumer": consumer,
    "AWS::KinesisFirehose::DeliveryStream": firehose,
}
