"""What a stack tells whoever deploys it."""

from collections.abc import Mapping

from aws_cdk import CfnOutput
from constructs import Construct

from wellmade.foundation.queue_consumer import QueueConsumer


def define_outputs(scope: Construct, outputs: Mapping[str, str]) -> None:
    """Define an output for each name."""
    for name, value in outputs.items():
        CfnOutput(scope, name, value=value)


def outputs_of(workers: Mapping[str, QueueConsumer]) -> Mapping[str, str]:
    """Return the queues and the function of each worker, by its name."""
    return {
        f"{name}{suffix}": value
        for name, worker in workers.items()
        for suffix, value in (
            ("QueueUrl", worker.queue.queue_url),
            ("DeadLetterQueueUrl", worker.dead_letter_queue.queue_url),
            ("FunctionName", worker.function.function_name),
        )
    }
