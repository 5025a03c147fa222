"""Amazon CloudWatch: alarms by metric and resolution, dashboards, logs."""

from collections.abc import Iterator

from wellmade.capacity.names import short
from wellmade.cost.meter import Charge, flat
from wellmade.cost.usage import Usage
from wellmade.graph import Resource, as_list, as_mapping, number

PAGE = "https://aws.amazon.com/cloudwatch/pricing/"
STANDARD = flat("alarm metrics", PAGE, "cloudwatch_alarm_month_standard", free=10)
HIGH = flat("high-resolution alarm metrics", PAGE, "cloudwatch_alarm_month_high_resolution")
COMPOSITE = flat("composite alarms", PAGE, "cloudwatch_composite_alarm_month")
DASHBOARDS = flat("dashboards", PAGE, "cloudwatch_dashboard_month", free=3)
LOGS_IN = flat("GB of logs ingested", PAGE, "cloudwatch_logs_gb_ingested_standard", free=5)
LOGS_STORED = flat("GB of logs stored", PAGE, "cloudwatch_logs_gb_month_stored")
CUSTOM_METRICS = flat("custom metrics", PAGE, "cloudwatch_custom_metric_month_first_10k", free=10)
STANDARD_PERIOD = 60
"""Seconds below which an alarm is one of high resolution."""
BAND = "ANOMALY_DETECTION_BAND"


def alarm(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """Yield the metrics of an alarm: an expression costs nothing of its own, an anomaly band two more."""
    queries = [as_mapping(one) for one in as_list(resource.get("Metrics"))]
    periods = [number(as_mapping(one.get("MetricStat")).get("Period")) for one in queries]
    read = [period for period in periods if period is not None]
    count = len(read) or 1
    if any(BAND in str(one.get("Expression")) for one in queries):
        count += 2
    period = min(read, default=usage.number(resource, "Period", STANDARD_PERIOD))
    yield Charge(HIGH if period < STANDARD_PERIOD else STANDARD, count, fixed=True)


def composite(_: Resource, __: Usage) -> Iterator[Charge]:
    """Yield a composite alarm."""
    yield Charge(COMPOSITE, 1, fixed=True)


def dashboard(_: Resource, __: Usage) -> Iterator[Charge]:
    """Yield a dashboard, as one of more than 50 metrics, which the template's text does not always show."""
    yield Charge(DASHBOARDS, 1, fixed=True)


def log_group(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """Yield what a log group keeps; what comes in is charged to the functions that write it."""
    if resource.get("LogGroupClass") == "INFREQUENT_ACCESS":
        usage.assume(
            f"{short(resource)}: what functions write there costs as in a group of the standard class"
        )
    yield Charge(LOGS_STORED, usage.gigabytes(resource))


def metric_filter(_: Resource, __: Usage) -> Iterator[Charge]:
    """Yield the custom metric that a filter fills, whether or not somebody comes."""
    yield Charge(CUSTOM_METRICS, 1, fixed=True)


def flow_log(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """Yield what flow logs deliver, at the price of a log group: into a bucket they cost less."""
    yield Charge(LOGS_IN, usage.gigabytes(resource, "delivered"))


def vended(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """Yield what a delivery of a service's logs brings, at the price of a log group, the dearest place."""
    yield Charge(LOGS_IN, usage.gigabytes(resource, "delivered"))


PRICED = {
    "AWS::Logs::Delivery": vended,
    "AWS::CloudWatch::Alarm": alarm,
    "AWS::CloudWatch::CompositeAlarm": composite,
    "AWS::CloudWatch::Dashboard": dashboard,
    "AWS::Logs::LogGroup": log_group,
    "AWS::Logs::MetricFilter": metric_filter,
    "AWS::EC2::FlowLog": flow_log,
}
