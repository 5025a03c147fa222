"""What a pattern shows on a dashboard."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import aws_cloudwatch as cloudwatch


@dataclass(frozen=True)
class Graph:
    """One graph of a construct's row.

    Args:
        title: What it shows, to follow the construct's name.
        metrics: Its lines.
    """

    title: str
    metrics: Sequence[cloudwatch.IMetric | cloudwatch.Metric]
