"""Say what of a template the embedded AWS only records, so that nobody takes a quiet deployment for proof."""

import json
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from wellmade.local.access import REGION
from wellmade.local.environments import REGION_KEY
from wellmade.local.extension.layer_names import powertools_in
from wellmade.local.macros import macros_not_run

Properties = Mapping[str, Any]

RECORDED = "recorded-"
"""How the physical id of a resource begins that the extension of the embedded AWS only wrote down."""


def _is_math(metrics: Any) -> bool:
    return bool(metrics) and not (len(metrics) == 1 and "MetricStat" in metrics[0])


_MEASURED = {
    "AWS/SQS": "Approximate* NumberOfMessages*",
    "AWS/Lambda": "Invocations Errors Throttles Duration ConcurrentExecutions IteratorAge DeadLetterErrors "
    "DestinationDeliveryFailures",
    "AWS/States": "ExecutionsStarted ExecutionsSucceeded ExecutionsFailed ExecutionsTimedOut "
    "ExecutionsAborted",
    "AWS/ApiGateway": "Count 4xx 5xx 4XXError 5XXError Latency",
    "AWS/ApplicationELB": "RequestCount HTTPCode_ELB_5XX_Count HTTPCode_Target_* TargetResponseTime "
    "LambdaUserError HealthyHostCount UnHealthyHostCount",
}
"""By namespace the metrics that the extension publishes; those of one's own are published by programs."""


def _is_not_measured(properties: Properties) -> bool:
    """Tell whether an alarm looks at a metric of AWS that nothing here publishes."""
    namespace, metric = str(properties.get("Namespace", "")), str(properties.get("MetricName", ""))
    patterns = _MEASURED.get(namespace, "").split()
    return namespace.startswith("AWS/") and not any(fnmatchcase(metric, each) for each in patterns)


def _has_other_actions(properties: Properties) -> bool:
    """A reference to a topic is not resolved here, so only what is spelled out as something else counts."""
    actions = [*properties.get("AlarmActions", []), *properties.get("OKActions", [])]
    return any(
        service in str(action) for action in actions for service in (":lambda:", ":automate:", ":ssm:")
    )


def _has_layers_of_others(properties: Properties) -> bool:
    """Layers of the app are references; those of other accounts are named by an ARN; one is at hand."""
    layers = properties.get("Layers", [])
    named = [json.dumps(layer) for layer in (layers if isinstance(layers, list) else [layers])]
    return any(":layer:" in layer and not powertools_in(layer) for layer in named)


def _has_mapped_function(properties: Properties) -> bool:
    """Tell whether an integration of a WebSocket API with a function is no proxy."""
    return properties.get("IntegrationType") == "AWS" and ":lambda:path" in json.dumps(
        properties.get("IntegrationUri")
    )


def _says(properties: Properties, setting: str) -> set[str]:
    """Return what a stage says for its methods."""
    methods = properties.get("MethodSettings") or []
    return {str(each[setting]) for each in methods if setting in each}


def _signs_in(by: str) -> Callable[[Properties], bool]:
    """Return what tells whether a listener or a rule of it lets in who has signed in."""
    return lambda properties: any(
        action.get("Type") == by
        for action in properties.get("DefaultActions") or properties.get("Actions") or []
    )


_SIGN_INS = [
    (
        "nobody signs in at a user pool here, and gets 501; leave the action out to try what is behind it",
        _signs_in("authenticate-cognito"),
    ),
    (
        "browsers sign in at http://NAME.alb.localhost:PORT; the provider must know its /oauth2/idpresponse",
        _signs_in("authenticate-oidc"),
    ),
    ("X-Amzn-Oidc-Data has no signature", _signs_in("authenticate-oidc")),
]
_OTHER_LOGS_OF_PIPES = {"FirehoseLogDestination", "S3LogDestination"}


def _pipe_logs(properties: Properties) -> Mapping[str, Any]:
    return properties.get("LogConfiguration") or {}


_TYPES = {
    "AWS::AutoScaling::AutoScalingGroup": "no instance of it runs",
    "AWS::CloudFront::Distribution": "answers without caching or edge locations",
    "AWS::CodeDeploy::DeploymentGroup": "a new version gets all traffic at once, without a check before it",
    "AWS::DynamoDB::GlobalTable": "no other region has a replica of it, and no backup is kept",
    "AWS::EC2::VPC": "no network stands behind it; everything reaches everything",
    "AWS::ECS::Service": "its program runs as a process of this machine, one however it would be scaled",
    "AWS::ElastiCache::ReplicationGroup": "a Redis of this machine answers, without TLS and IAM",
    "AWS::KMS::Key": "data at rest is not encrypted, and services do not ask the key policy",
    "AWS::RDS::DBCluster": "no Aurora runs, and nothing is replicated or backed up",
    "AWS::RDS::DBInstance": "no Aurora runs, and nothing is replicated or backed up",
    "AWS::RDS::GlobalCluster": "a PostgreSQL of this machine is a copy of another, and promoted as asked",
    "AWS::RDS::DBProxy": "a PostgreSQL of this machine answers, without TLS and IAM",
    "AWS::WAFv2::WebACL": "no request is filtered",
}

_PROPERTIES: dict[str, list[tuple[str, Callable[[Properties], Any]]]] = {
    "AWS::ApiGateway::Stage": [
        ("no request is throttled", lambda p: _says(p, "ThrottlingRateLimit")),
        ("no execution log is written", lambda p: _says(p, "LoggingLevel") - {"OFF"}),
    ],
    "AWS::ApiGatewayV2::Stage": [("no request is throttled", lambda p: p.get("DefaultRouteSettings"))],
    "AWS::ApiGatewayV2::Integration": [
        ("its function gets the whole event, not what a template makes", _has_mapped_function),
    ],
    "AWS::CloudWatch::Alarm": [
        ("nothing here publishes its metric, so it never goes to ALARM by it", _is_not_measured),
        ("its metric math is not evaluated, so it never goes to ALARM", lambda p: _is_math(p.get("Metrics"))),
        ("actions other than an SNS topic are not started", _has_other_actions),
    ],
    "AWS::DynamoDB::Table": [
        ("no backup is kept to restore from", lambda p: p.get("PointInTimeRecoverySpecification")),
        ("capacity is not limited", lambda p: p.get("ProvisionedThroughput")),
    ],
    "AWS::ElasticLoadBalancingV2::Listener": [*_SIGN_INS],
    "AWS::ElasticLoadBalancingV2::ListenerRule": [*_SIGN_INS],
    "AWS::Lambda::Function": [
        ("a layer of another account is not here, so what it holds is missing", _has_layers_of_others),
        ("runs on this machine's processor", lambda p: "arm64" in p.get("Architectures", [])),
        ("no trace is stored", lambda p: p.get("TracingConfig", {}).get("Mode") == "Active"),
        ("runs outside the VPC", lambda p: p.get("VpcConfig")),
    ],
    "AWS::Pipes::Pipe": [
        ("its log has no steps of invocations", lambda p: _pipe_logs(p).get("Level") == "TRACE"),
        ("its log goes to a log group only", lambda p: _pipe_logs(p).keys() & _OTHER_LOGS_OF_PIPES),
    ],
    "AWS::S3::Bucket": [
        ("objects neither move nor expire by lifecycle", lambda p: p.get("LifecycleConfiguration")),
        ("no access log is delivered", lambda p: p.get("LoggingConfiguration")),
        ("objects are not encrypted at rest", lambda p: p.get("BucketEncryption")),
    ],
    "AWS::SQS::Queue": [
        (
            "messages are not encrypted at rest",
            lambda p: p.get("SqsManagedSseEnabled") or p.get("KmsMasterKeyId"),
        ),
    ],
}


def not_simulated(stack: str, template: Mapping[str, Any], physical_ids: Mapping[str, str]) -> list[str]:
    """Return one line for each thing that is recorded and not simulated, with the resources it is true for.

    Args:
        stack: Name of the stack.
        template: Its template.
        physical_ids: What the embedded AWS made of each logical id.
    """
    lines: dict[str, list[str]] = {}
    for logical_id, resource in template.get("Resources", {}).items():
        if logical_id not in physical_ids:
            continue  # a condition left it out
        for gap in _gaps(resource, physical_ids[logical_id]):
            lines.setdefault(f"{resource['Type']}: {gap}", []).append(logical_id)
    gaps = [f"{stack}: the macro {name} is not run" for name in macros_not_run(template)]
    gaps += [f"{stack}: {gap} ({', '.join(ids)})" for gap, ids in sorted(lines.items())]
    region = (template.get("Metadata") or {}).get(REGION_KEY)
    return [f"{stack}: its region {region} is {REGION} here, as every region is", *gaps] if region else gaps


def _gaps(resource: Mapping[str, Any], physical_id: str) -> Iterator[str]:
    kind, properties = resource["Type"], resource.get("Properties", {})
    if physical_id.startswith(RECORDED):
        yield "written down only"
    if kind in _TYPES:
        yield _TYPES[kind]
    yield from (gap for gap, applies in _PROPERTIES.get(kind, []) if applies(properties))
