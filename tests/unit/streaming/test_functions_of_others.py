"""Readers of streams with anybody's function, in another stack or imported."""

import re
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_

from tests.templates import actions, ids_of, of_type, the
from wellmade.foundation import OnDemandTable, PythonFunction
from wellmade.streaming import EventStream, StreamProcessor

Synth = Callable[[], dict[str, Any]]
SOURCE = "AWS::Lambda::EventSourceMapping"
ARN = "arn:aws:lambda:eu-west-1:111122223333:function:counters"


def node_function(scope: cdk.Stack) -> lambda_.Function:
    return lambda_.Function(
        scope,
        "Theirs",
        runtime=lambda_.Runtime.NODEJS_22_X,
        handler="index.handler",
        code=lambda_.Code.from_inline("exports.handler = async () => {}"),
    )


def process(stack: cdk.Stack, function: Any, **options: Any) -> StreamProcessor:
    stream = EventStream(stack, "Clicks", **options)
    return StreamProcessor(stack, "Counters", stream=stream, function=function)


def test_runs_a_function_of_another_language(stack: cdk.Stack, synth: Synth) -> None:
    processor = process(stack, node_function(stack))
    OnDemandTable(stack, "Table", partition_key="pk").connect(processor, actions=["dynamodb:PutItem"])
    template = synth()
    assert {"kinesis:GetRecords", "sqs:SendMessage", "dynamodb:PutItem"} <= actions(template, "Theirs")
    assert "TABLE_NAME" in the(template, "AWS::Lambda::Function")["Environment"]["Variables"]


def test_reads_by_the_alias_of_a_function_that_is_kept_warm(stack: cdk.Stack, synth: Synth) -> None:
    process(stack, PythonFunction(stack, "Warm", code="click_counters", provisioned_concurrency=2))
    template = synth()
    [alias] = ids_of(template, "AWS::Lambda::Alias")
    assert alias in str(the(template, SOURCE)["FunctionName"])


@pytest.mark.parametrize("keyed", [False, True])
def test_a_function_of_another_stack_is_allowed_from_here(stack: cdk.Stack, keyed: Any) -> None:
    app = stack.node.root
    assert isinstance(app, cdk.App)
    function = node_function(cdk.Stack(app, "Functions"))
    options = {"encryption_key": kms.Key(stack, "Key")} if keyed else {}
    process(stack, function, **options)
    assembly = app.synth()
    here = assembly.get_stack_by_name("Test").template
    [policy] = [name for name in ids_of(here, "AWS::IAM::Policy") if name.startswith("CountersRead")]
    [source] = [r for r in here["Resources"].values() if r["Type"] == SOURCE]
    assert policy in source["DependsOn"]
    assert {"kinesis:GetRecords", "sqs:SendMessage"} <= {
        action
        for statement in here["Resources"][policy]["Properties"]["PolicyDocument"]["Statement"]
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }
    there = assembly.get_stack_by_name("Functions").template
    assert of_type(there, "AWS::IAM::Policy") == []


def test_an_imported_function_is_allowed_by_its_role(stack: cdk.Stack, synth: Synth) -> None:
    role = iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::111122223333:role/counters")
    function = lambda_.Function.from_function_attributes(
        stack, "Theirs", function_arn=ARN, role=role, same_environment=True
    )
    process(stack, function)
    template = synth()
    [policy] = ids_of(template, "AWS::IAM::Policy")
    [source] = [r for r in template["Resources"].values() if r["Type"] == SOURCE]
    assert policy in source["DependsOn"]


def test_asks_for_the_role_of_an_imported_function(stack: cdk.Stack) -> None:
    function = lambda_.Function.from_function_arn(stack, "Theirs", ARN)
    message = (
        "Test/Theirs: role must be given for an imported function, got None; import it with "
        "from_function_attributes and its role, which calls kinesis:DescribeStream, "
        "kinesis:DescribeStreamSummary, kinesis:GetRecords, kinesis:GetShardIterator, kinesis:ListShards"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        process(stack, function)
