"""What AWS services call with a workload's role: sources of events, destinations of failures, traces, logs.

No test can make these calls, so they are taken from the template. Where a service cannot do without one, its
denial is a finding like that of a call in the code.

Sources: the page of each event source in https://docs.aws.amazon.com/lambda/latest/dg/ and
https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wellmade.graph import Graph, Resource, Value, as_list, as_mapping, options
from wellmade.prove.deployed.extensions import extension_calls
from wellmade.prove.deployed.naming import Naming
from wellmade.prove.deployed.network_calls import network_calls
from wellmade.prove.deployed.own_arns import own_arn


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """An action that a service takes with the role."""

    action: str
    resource: str
    who: str
    """Which service, and what for."""
    required: bool = False
    """Whether it fails without."""
    context: tuple[tuple[str, str], ...] = ()
    """Condition keys that only this call has, with their values."""


_SOURCES: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "sqs": (
        ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"),
        ("ChangeMessageVisibility", "GetQueueUrl"),
    ),
    "kinesis": (
        ("DescribeStreamSummary", "GetRecords", "GetShardIterator", "ListShards"),
        (
            "DescribeStream",
            "ListStreams",
            "SubscribeToShard",
            "DescribeStreamConsumer",
            "ListStreamConsumers",
        ),
    ),
    "dynamodb": (("DescribeStream", "GetRecords", "GetShardIterator"), ("ListStreams", "ListShards")),
    "kafka": (("DescribeCluster", "GetBootstrapBrokers"), ("DescribeClusterV2", "ListScramSecrets")),
    "mq": (("DescribeBroker",), ()),
    "rds": (("DescribeDBClusters", "DescribeDBClusterParameters", "DescribeDBSubnetGroups"), ()),
}
"""By service of the source: what Lambda's poller needs, and what it may use besides."""
_CONSUMER = "/consumer/"
"""Stands in the ARN of a stream's consumer, which a mapping may name in the stream's place."""
_OF_CONSUMERS = ("SubscribeToShard", "DescribeStreamConsumer")
"""What is asked for on the consumer; the rest is asked for on its stream.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonkinesisdatastreams.html
"""
_IN_NETWORKS = ("kafka", "mq", "rds")
"""Sources that Lambda's poller reaches by network interfaces of its own."""
_INTERFACES = (
    "CreateNetworkInterface", "DeleteNetworkInterface", "DescribeNetworkInterfaces", "DescribeSecurityGroups",
    "DescribeSubnets", "DescribeVpcs",
)  # fmt: skip
_DURABLE = ("CheckpointDurableExecution", "GetDurableExecutionState")
_KMS = {"sqs": "kms:Decrypt", "kinesis": "kms:Decrypt"}
_SENDS = {
    "sqs": "SendMessage",
    "sns": "Publish",
    "lambda": "InvokeFunction",
    "events": "PutEvents",
    "s3": "PutObject",
}
_TRACES = (
    "PutTraceSegments", "PutTelemetryRecords", "GetSamplingRules", "GetSamplingTargets",
    "GetSamplingStatisticSummaries",
)  # fmt: skip
_DELIVERY = (
    "CreateLogDelivery", "CreateLogStream", "DeleteLogDelivery", "DescribeLogGroups",
    "DescribeResourcePolicies", "GetLogDelivery", "ListLogDeliveries", "PutLogEvents", "PutResourcePolicy",
    "UpdateLogDelivery",
)  # fmt: skip
_SOURCE = "the event source"
_FILES = ("ClientMount", "ClientWrite", "ClientRootAccess")


class ServiceCalls:
    """What services call with the roles of a graph's workloads."""

    def __init__(self, graph: Graph, naming: Naming, keys: dict[str, str]) -> None:
        self._graph = graph
        self._naming = naming
        self._keys = keys

    def of(self, workload: Resource) -> list[ServiceCall]:
        """Return what services call with the role of a function; of a task or a state machine, the log."""
        return list(dict.fromkeys(self._calls(workload)))

    def _calls(self, workload: Resource) -> Iterator[ServiceCall]:
        yield from self._traces(workload)
        yield from self._delivered_log(workload)
        yield from self._encrypted(workload)
        if not workload.type.endswith("::Function"):
            return
        yield from self._log(workload)
        yield from self._network(workload)
        if workload.get("DurableConfig"):
            for action in _DURABLE:
                run = f"{self._naming.arn(workload)}:*"
                yield ServiceCall(f"lambda:{action}", run, "Lambda, to go on where it stopped", required=True)
        for mapping in self._graph.of_type("AWS::Lambda::EventSourceMapping"):
            if self._graph.function(mapping.get("FunctionName")) is workload:
                yield from self._polls(mapping)
        for value in options(workload.get("DeadLetterConfig.TargetArn")):
            yield from self._sends(value, "Lambda, to hand on what failed")
        for config in self._graph.of_type("AWS::Lambda::EventInvokeConfig"):
            if self._graph.function(config.get("FunctionName")) is workload:
                for outcome in ("OnFailure", "OnSuccess"):
                    value = config.get(f"DestinationConfig.{outcome}.Destination")
                    yield from self._sends(value, "Lambda, to hand on the outcome")

    def _delivered_log(self, machine: Resource) -> Iterator[ServiceCall]:
        """Yield what CloudWatch Logs asks of who has a state machine's log delivered to a group.

        Source: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
        """
        if any(machine.get(f"{name}.Destinations") for name in ("LoggingConfiguration", "Logging")):
            for action in _DELIVERY:
                yield ServiceCall(f"logs:{action}", "*", "Step Functions, to have its log delivered")

    def _encrypted(self, machine: Resource) -> Iterator[ServiceCall]:
        """Yield what Step Functions needs of the customer's key of a state machine.

        Source: https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
        """
        for value in options(machine.get("EncryptionConfiguration.KmsKeyId")):
            key = self._graph.target(value)
            arns = [self._naming.arn(key)] if key else self._naming.arns([value])
            for action in ("Decrypt", "GenerateDataKey"):
                for arn in arns:
                    yield ServiceCall(
                        f"kms:{action}", arn, "Step Functions, for the key of the machine", required=True
                    )

    def _log(self, function: Resource) -> Iterator[ServiceCall]:
        [name] = self._naming.texts(function.get("LoggingConfig.LogGroup")) or [
            f"/aws/lambda/{self._naming.name(function)}"
        ]
        group = own_arn("logs", f"log-group:{name}", self._naming)
        for action in ("CreateLogStream", "PutLogEvents"):
            yield ServiceCall(
                f"logs:{action}", f"{group}:log-stream:2026/01/01/[1]", "the runtime, to write the log"
            )
        yield ServiceCall("logs:CreateLogGroup", f"{group}:log-stream:", "the runtime, to write the log")
        for action, resource, is_required in extension_calls(function, self._naming):
            yield ServiceCall(action, resource, "Lambda Insights, to write its log", required=is_required)

    def _traces(self, workload: Resource) -> Iterator[ServiceCall]:
        modes = [*options(workload.get("TracingConfig.Mode")), *options(workload.get("Tracing"))]
        machine = workload.get("TracingConfiguration.Enabled")
        if (
            "Active" in modes
            or machine in (True, "true")
            or workload.get("Tracing.Enabled") in (True, "true")
        ):
            for action in _TRACES:
                yield ServiceCall(f"xray:{action}", "*", "X-Ray's tracing", required=action == _TRACES[0])

    def _network(self, function: Resource) -> Iterator[ServiceCall]:
        for action, resource, is_required in network_calls(function, self._naming):
            yield ServiceCall(action, resource, "Lambda, to reach the network", required=is_required)
        for system in map(as_mapping, as_list(function.get("FileSystemConfigs"))):
            for value in options(system.get("Arn")):
                point = self._graph.target(value)
                found = self._graph.target(point.get("FileSystemId")) if point else None
                for action in _FILES:
                    yield ServiceCall(
                        f"elasticfilesystem:{action}",
                        self._naming.arn(found) if found else "*",
                        "Lambda, to mount the file system",
                        required=action == _FILES[0] and found is not None,
                        context=self._mounting(value),
                    )

    def _mounting(self, point: Value) -> tuple[tuple[str, str], ...]:
        return (
            *(("elasticfilesystem:AccessPointArn", arn) for arn in self._naming.arns([point])),
            ("elasticfilesystem:AccessedViaMountTarget", "true"),
        )

    def _polls(self, mapping: Resource) -> Iterator[ServiceCall]:
        who = _SOURCE
        for source in self._naming.arns(options(mapping.get("EventSourceArn"))):
            service = source.split(":")[2] if source.count(":") > 4 else ""
            yield from _polls_of(service, source, who)
            stream = source.partition(_CONSUMER)[0]
            if service in _IN_NETWORKS:
                yield from _interfaces(who)
            if service in _KMS and stream in self._keys:
                yield ServiceCall(_KMS[service], self._keys[stream], who, required=True)
        accesses = [*map(as_mapping, as_list(mapping.get("SourceAccessConfigurations")))]
        if any(each.get("Type") == "VPC_SUBNET" for each in accesses):
            yield from _interfaces(who)
        for access in accesses:
            if str(access.get("Type")) in ("BASIC_AUTH", "SASL_SCRAM_512_AUTH", "SASL_SCRAM_256_AUTH"):
                for secret in self._naming.arns(options(access.get("URI"))):
                    yield ServiceCall("secretsmanager:GetSecretValue", secret, who, required=True)
        for value in options(mapping.get("DestinationConfig.OnFailure.Destination")):
            yield from self._sends(value, f"{who}, to hand on what failed")

    def _sends(self, value: Value, who: str) -> Iterator[ServiceCall]:
        for option in options(value):
            for arn in self._naming.arns([option]):
                service = arn.split(":")[2] if arn.count(":") > 4 else ""
                if service not in _SENDS:
                    continue
                target = f"{arn}/object" if service == "s3" else arn
                yield ServiceCall(f"{service}:{_SENDS[service]}", target, who, required=True)
                if service == "s3":
                    # Of asynchronous calls it is not told that they fail without.
                    yield ServiceCall("s3:ListBucket", arn, who, required=who.startswith(_SOURCE))
                if arn in self._keys and service in ("sqs", "sns", "s3"):
                    for action in ("GenerateDataKey", "Decrypt"):
                        is_needed = service != "s3" or action == "GenerateDataKey"
                        yield ServiceCall(f"kms:{action}", self._keys[arn], who, required=is_needed)


def _polls_of(service: str, source: str, who: str) -> Iterator[ServiceCall]:
    """Yield what a poller asks of its source, and of the stream that its consumer reads."""
    required, optional = _SOURCES.get(service, ((), ()))
    stream, consumer, _ = source.partition(_CONSUMER)
    for action in (*required, *optional):
        target = "*" if action == "ListStreams" or service == "rds" else stream
        is_required = action in required
        if consumer and action in _OF_CONSUMERS:
            target, is_required = source, action == _OF_CONSUMERS[0]
        yield ServiceCall(f"{service}:{action}", target, who, required=is_required)


def _interfaces(who: str) -> Iterator[ServiceCall]:
    for action in _INTERFACES:
        yield ServiceCall(f"ec2:{action}", "*", f"{who}, to reach its network", required=True)
