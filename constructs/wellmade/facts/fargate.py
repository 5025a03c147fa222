"""What Fargate takes and does."""

from collections.abc import Mapping

SIZES: Mapping[int, tuple[int, ...]] = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4097, 1024)),
    1024: tuple(range(2048, 8193, 1024)),
    2048: tuple(range(4096, 16_385, 1024)),
    4096: tuple(range(8192, 30_721, 1024)),
    8192: tuple(range(16_384, 61_441, 4096)),
    16_384: tuple(range(32_768, 122_881, 8192)),
}
"""Memory in MiB that a task may have, by its CPU units (1024 to a processor).

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
"""

EPHEMERAL_STORAGE = (21, 200)
"""Least and most GiB of a task's own space, where more than the 20 of every task are asked for."""

LONGEST_STOP = 120
"""Most seconds between the signal to stop and the end.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
"""

STARTS_IN = 60
"""Seconds from the wish for a task until it takes work; images of some size take longer.

AWS promises nothing; most tasks of small images start in half a minute to a minute.
Source: https://docs.aws.amazon.com/AmazonECS/latest/bestpracticesguide/pull-behavior.html
"""

TRACKING_REACTS_IN = 180
"""Seconds for which the alarm of a target tracking policy is above its target before it scales out.

Source: https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking.html
"""

CPU_ON_INSTANCES = (128, 196_608)
"""Least and most CPU units of a task on instances of EC2.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters_ec2.html
"""
