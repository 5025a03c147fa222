"""What Kinesis takes and does, and how a function polls it."""

SHARD_RECORDS = 1000
"""Records a second that a shard takes, together of at most 1 MB.

Source: https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
"""

SHARD_KILOBYTES = 1024
"""Kilobytes a second that a shard takes.

Source: https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
"""

SHARD_READ_KILOBYTES = 2048
"""Kilobytes a second that a shard gives to all its readers together, and to each with enhanced fan-out.

Source: https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
"""

RECORD_KILOBYTES = 10_240
"""Kilobytes that a record has at most, where the stream's own limit is raised from 1,024.

Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateMaxRecordSize.html
"""

RETENTION_HOURS = 24
"""Hours that a stream keeps records where its template says nothing."""

LONGEST_RETENTION_HOURS = 8760

ON_DEMAND_SHARDS = 4
"""Shards that a new on-demand stream starts with.

Source: https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html
"""

ON_DEMAND_MOST_SHARDS = 200
"""Megabytes, and thousands of records, a second that an on-demand stream grows to in every region.

Source: https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
"""

ON_DEMAND_DOUBLES = 900
"""Seconds in which an on-demand stream at most doubles; twice its last peak it takes at once.

Source: https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html
"""

RETRIES = -1
"""Retries of a failed batch where the mapping says nothing: without an end, until the records expire.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html
"""

BATCH_SIZE = (1, 10_000)
DEFAULT_BATCH_SIZE = 100
BATCHING_WINDOW = (0, 300)
"""Least and most seconds that a source waits for a batch to fill."""

PARALLELIZATION_FACTOR = (1, 10)
"""Least and most batches of one shard that are worked on at once.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html
"""

RECORD_AGE = (60, 604_800)
"""Least and most seconds that a source waits before it gives a record up.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html
"""

MOST_FILTERS = 5
"""Filters of one source. https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html"""

CONSUMER_NAME_LENGTH = 128
"""Characters of an enhanced fan-out consumer's name."""

RECORD_KEYS = frozenset(
    {"approximateArrivalTimestamp", "awsRegion", "data", "eventID", "eventName", "eventSource"}
    | {"eventSourceARN", "eventVersion", "invokeIdentityArn", "kinesisSchemaVersion", "partitionKey"}
    | {"sequenceNumber"}
)
"""What filters of a source compare.

Source: https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis-filtering.html
"""
