"""What SQS takes and does, and how a function polls it."""

RETENTION = 4 * 24 * 3600
"""Seconds that a queue keeps a message where its template says nothing: long enough for a weekend."""

LONGEST_RETENTION = 14 * 24 * 3600
"""Seconds. It counts from the first enqueueing, so that a dead-letter queue must keep longer than its source.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
"""

DEFAULT_VISIBILITY = 30
"""Seconds that a message stays hidden where the template says nothing."""

LONGEST_VISIBILITY = 12 * 3600
"""Seconds. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html"""

SHORTEST_RETENTION = 60
"""Seconds. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html"""

VISIBILITY_FACTOR = 6
"""Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""

RECEIVE_COUNT = (1, 1000)
"""Least and most receives before a message moves to the dead-letter queue."""

NAME_LENGTH = 80

BATCH_SIZE = (1, 10_000)
FIFO_BATCH_SIZE = (1, 10)
DEFAULT_BATCH_SIZE = 10
UNWINDOWED_BATCH_SIZE = 10
"""Most messages of a batch without a batching window.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
"""

BATCHING_WINDOW = (0, 300)
"""Least and most seconds that a source waits for a batch to fill."""

SOURCE_CONCURRENCY = (2, 1000)
"""Least and most maximum concurrency of a source. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""

SCALES_TO = 1250
"""Most invocations at once of a source without maximum concurrency.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""

STARTS_WITH = 5
"""Invocations at once with which a source begins to read a queue.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""

MORE_A_MINUTE = 300
"""Invocations at once that a source adds every minute while messages wait.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""

POLLERS = ((2, 200), (2, 2000))
"""Bounds of the least and of the most provisioned pollers of a source."""

LEAST_POLLERS, MOST_POLLERS = 2, 200
"""Provisioned pollers of a source that names only the other bound."""

INVOCATIONS_PER_POLLER = 10
"""Invocations at once of a provisioned poller.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""

POLLER_KILOBYTES = 1024
"""Kilobytes a second that a provisioned poller reads.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""

POLLER_RECEIVES = 10
"""Calls a second with which a provisioned poller reads, each of up to 10 messages.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""

RECEIVED_AT_ONCE = 10
"""Most messages of one call that receives.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
"""

MORE_A_MINUTE_PROVISIONED = 1000
"""Invocations at once that a source with provisioned pollers adds every minute.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""

IN_FLIGHT = 120_000
"""Messages of a queue, standard or FIFO, that are received and not yet deleted.

Sources: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html and
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-fifo.html
"""

FIFO_SENDS = 300
"""Send calls a second into a FIFO queue without high throughput, each of up to 10 messages.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-fifo.html
"""

FIFO_SENDS_HIGH = 2400
"""The same with a throughput limit for each message group: the least that a region has.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
"""

FIFO_SENDS_HIGH_BY_REGION = {
    **dict.fromkeys(("us-east-1", "us-west-2", "eu-west-1"), 70_000),
    **dict.fromkeys(("us-east-2", "eu-central-1"), 19_000),
    **dict.fromkeys(("ap-south-1", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1"), 9_000),
    **dict.fromkeys(("eu-west-2", "sa-east-1"), 4_500),
}
"""The same in regions that take more.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
"""

MESSAGE_KILOBYTES = 1024
"""Kilobytes that a message has at most, with its attributes.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
"""

MOST_FILTERS = 5

RECORD_KEYS = frozenset(
    {"attributes", "awsRegion", "body", "eventSource", "eventSourceARN", "md5OfBody", "messageAttributes"}
    | {"messageId", "receiptHandle"}
)
"""What filters of a source compare; a message that lacks what a filter names is deleted unread.

Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
"""


def least_visibility(function_timeout: float, batching_window: float = 0) -> float:
    """Return the least seconds that a message must stay hidden from others while a function works on it."""
    return VISIBILITY_FACTOR * function_timeout + batching_window
