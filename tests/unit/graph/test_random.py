"""No template crashes the resolver or the edges, however odd its values are."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wellmade.graph import Graph, Kind, load
from wellmade.graph.edges.every import SOURCES
from wellmade.graph.edges.rows import ROWS
from wellmade.graph.resolve.intrinsics import FUNCTIONS

names = st.sampled_from(["A", "B", "P", "Nested", "AWS::Region", "AWS::NoValue", "Nothing", "A.Arn", "", "*"])
plain = st.one_of(
    names,
    st.integers(),
    st.booleans(),
    st.none(),
    st.text(max_size=8),
    st.sampled_from(
        ["${A.Arn}/*", "${P}${!x}", "arn:aws:sqs:r:1:q", "{{resolve:ssm:/p}}", '{"a": [1]}', "${"]
    ),
)
functions = st.sampled_from(["Ref", "Condition", "Fn::Unheard", *(f"Fn::{name}" for name in FUNCTIONS)])


def nest(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(functions, inner, min_size=1, max_size=1),
        st.dictionaries(st.sampled_from(["Arn", "Statement", "Action", "Resource", "x"]), inner, max_size=3),
    )


values = st.recursive(plain, nest, max_leaves=20)
SAM = "AWS::Serverless-2016-10-31"
TYPES = sorted({*SOURCES, "AWS::IAM::Role", "AWS::IAM::Policy", "AWS::EC2::VPCEndpoint", "Custom::X"})
PATHS = [
    *sorted({path for row in ROWS for path in (row.source, row.target) if path}),
    "EventSourceArn",
    "DestinationConfig.OnFailure.Destination",
    "NotificationConfiguration.LambdaConfigurations.*.Filter.S3Key.Rules.*.Name",
    "NotificationConfiguration.QueueConfigurations.*.Queue",
    "RedrivePolicy.deadLetterTargetArn",
    "Subscription.*.Endpoint",
    "EventPattern.detail.bucket.name.*",
    "EventPattern.source.*",
    "Targets.*.EcsParameters.TaskDefinitionArn",
    "Targets.*.DeadLetterConfig.Arn",
    "Target.DeadLetterConfig.Arn",
    "Target.Input",
    "TargetParameters.LambdaFunctionParameters.InvocationType",
    "SourceParameters.SqsQueueParameters.DeadLetterConfig.Arn",
    "Integration.Uri",
    "Integration.RequestTemplates.x",
    "Integration.RequestParameters.x",
    "IntegrationSubtype",
    "Body.paths.x.get.x-amazon-apigateway-integration.uri",
    "Definition.States.X.Branches.*.States.Y.Parameters.TableName",
    "Definition.States.X.ItemProcessor.States",
    "DefinitionSubstitutions.x",
    "ExtendedS3DestinationConfiguration.ProcessingConfiguration.Processors.*.Parameters.*.ParameterValue",
    "LambdaConfig.x.LambdaArn",
    "Policies.*.PolicyDocument.Statement.*.Action",
    "PolicyDocument.Statement.*.Principal",
    "Environment.Variables.x",
    "ContainerDefinitions.*.Environment.*.Name",
    "VpcConfig.SubnetIds.*",
    "Events.x.Properties.Bucket",
    "Events.x.Type",
    "EventInvokeConfig.x",
    "DeadLetterQueue.TargetArn",
]


@st.composite
def shaped(draw: st.DrawFn) -> dict[str, Any]:
    """Draw properties that follow known paths part of the way, and then hold anything."""
    properties: dict[str, Any] = {}
    for path in draw(st.lists(st.sampled_from(PATHS), min_size=1, max_size=4)):
        steps = path.split(".")
        kept = steps[: draw(st.integers(1, len(steps)))]
        value = draw(values)
        for step in reversed(kept[1:]):
            value = [value] if step == "*" else {step: value}
        properties[kept[0]] = value
    return properties


quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def use(graph: Graph) -> None:
    """Ask everything that the graph answers."""
    for resource in graph.resources.values():
        graph.statements_of(resource)
        graph.policies_on(resource)
        graph.environment_of(resource)
        graph.placement(resource)
    assert {edge.kind for edge in graph.edges()} <= set(Kind)


@quick
@given(value=values, exported=values, default=values)
def test_random_intrinsics(tmp_path: Path, value: Any, exported: Any, default: Any) -> None:
    template = {
        "Parameters": {"P": {"Type": "String", "Default": default}},
        "Resources": {
            "A": {"Type": "Custom::A", "Condition": "C"},
            "B": {"Type": "X", "Condition": "C", "Properties": {"V": value}},
        },
        "Outputs": {"O": {"Value": exported, "Export": {"Name": exported}}},
    }
    (tmp_path / "t.json").write_text(json.dumps(template))
    use(load([tmp_path / "t.json"]))


@quick
@given(kind=st.sampled_from(TYPES), properties=shaped(), other=shaped(), transform=st.sampled_from(["", SAM]))
def test_random_properties_of_every_type_with_edges(
    tmp_path: Path, kind: str, properties: dict[str, Any], other: dict[str, Any], transform: str
) -> None:
    resources = {
        "A": {"Type": kind, "Properties": properties, "Condition": "C"},
        "B": {"Type": "AWS::Lambda::Function", "Properties": other, "Condition": "C"},
        "Nested": {"Type": "AWS::Serverless::Function", "Properties": other, "Condition": "C"},
    }
    template = {"Resources": resources, "Transform": transform, "Globals": {"Function": properties}}
    (tmp_path / "t.json").write_text(json.dumps(template))
    use(load([tmp_path / "t.json"]))


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("value", ["1", "[]", "{}", "[1]", "[[{}]]", "{x: {y: []}}", "null", "!Ref P"])
def test_every_property_of_every_row_holds_something_else(
    read: Callable[..., Graph], kind: str, value: str
) -> None:
    paths = {
        part.split(".")[0] for row in ROWS if row.type == kind for part in (row.source, row.target) if part
    }
    properties = ", ".join(f"{path}: {value}" for path in sorted(paths) or ["X"])
    use(read(s=f"Resources:\n  A: {{Type: '{kind}', Properties: {{{properties}}}}}\n"))
