"""Calls of Amazon CloudWatch and CloudWatch Logs.

Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html
and https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
"""

from collections.abc import Iterator

from wellmade.prove.calls import regular
from wellmade.prove.calls.call import OTHERWISE, AccountContext, Call, Need, Rule

OF_QUERIES = ("GetQueryResults", "GetLogRecord")
OF_ALL = ("DescribeLogGroups",)
"""Without a name, all groups are meant."""


def _put_metrics(call: Call, _: AccountContext) -> Iterator[Need]:
    yield Need("cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": call.text("Namespace")})


def _on_groups(call: Call, account: AccountContext) -> Iterator[Need]:
    """Policies name a group with `:*` behind it: what is asked for is a stream of it, named or not."""
    many = ("logGroupNames", "logGroupIdentifiers")
    groups = next((call.parameters[name] for name in many if call.parameters.get(name)), None)
    name = call.text("logGroupName", "logGroupIdentifier")
    if not groups and not name and call.operation not in OF_ALL:
        yield from regular.needs(call, account)
        return
    for group in groups or [name]:
        arn = group if group.startswith("arn:") else account.arn(call, "logs", f"log-group:{group}")
        yield Need(
            f"logs:{call.operation}", f"{arn.removesuffix(':*')}:log-stream:{call.text('logStreamName')}"
        )


def _on_queries(call: Call, account: AccountContext) -> Iterator[Need]:
    """The number of a query does not tell its groups."""
    yield Need(f"logs:{call.operation}", account.arn(call, "logs", "log-group:*"))


CLOUDWATCH: dict[str, Rule] = {"PutMetricData": _put_metrics}
LOGS: dict[str, Rule] = {**dict.fromkeys(OF_QUERIES, _on_queries), OTHERWISE: _on_groups}
