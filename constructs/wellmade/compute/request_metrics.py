"""What a load balancer measures of the targets of one service, and of both sets of them for blue-green."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from aws_cdk import aws_cloudwatch as cloudwatch

RequestMetric = cloudwatch.Metric | cloudwatch.MathExpression
_SHOWN = ("label", "color", "period")
"""Options of what is shown, which is the expression where there is one."""
_COUNTING = {"sum", "samplecount"}


def request_metric(
    name: str, of_groups: Sequence[Mapping[str, str]], options: Mapping[str, Any], *, unique: str
) -> RequestMetric:
    """Return a metric of one set of targets; of two the sum where it counts, else the larger value.

    Requests go to the one set after an even number of releases and to the other after an odd one. Who gives
    dimensions of their own has said what is counted, and gets that alone.

    Args:
        name: Of the metric.
        of_groups: The dimensions of each set.
        options: As for `cloudwatch.Metric`.
        unique: What no other service has: a graph takes no two metrics of one id.
    """
    if len(of_groups) == 1 or options.get("dimensions_map"):
        return _metric(name, of_groups[0], options)
    measured = {key: value for key, value in options.items() if key not in _SHOWN}
    shown = {key: value for key, value in options.items() if key in _SHOWN}
    sets = [cast(cloudwatch.IMetric, _metric(name, dimensions, measured)) for dimensions in of_groups]
    statistic = str(options.get("statistic"))
    joins = "SUM" if statistic.lower() in _COUNTING else "MAX"
    end = re.sub(r"\W", "_", f"{name}_{statistic}_{unique}").lower()
    blue, green = f"blue_{end}", f"green_{end}"
    return cloudwatch.MathExpression(
        expression=f"{joins}([FILL({blue}, 0), FILL({green}, 0)])",
        using_metrics=dict(zip((blue, green), sets, strict=True)),
        **{"label": f"{name} {statistic}", **shown},
    )


def _metric(name: str, dimensions: Mapping[str, str], options: Mapping[str, Any]) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        metric_name=name, namespace="AWS/ApplicationELB", **{"dimensions_map": dict(dimensions), **options}
    )
