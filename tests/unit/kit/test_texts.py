"""What intrinsic functions hide: wildcards of ARNs, secrets of variables."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import jsii
import pytest
from aws_cdk import aws_s3 as s3
from constructs import Construct

from wellmade.foundation import PythonFunction, RefusedError
from wellmade.kit.texts import texts_of

TEMPLATE = {
    "Parameters": {
        "Plain": {"Type": "String", "Default": "p"},
        "Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/name"},
        "Asked": {"Type": "String"},
    },
    "Mappings": {"M": {"a": {"b": "m"}}},
}


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ("x", ["x"]),
        ({"Ref": "Plain"}, ["p"]),
        ({"Ref": "Stored"}, ["${Token[Stored]}"]),
        ({"Ref": "Asked"}, ["${Token[Asked]}"]),
        ({"Fn::Join": ["-", ["a", {"Ref": "Plain"}]]}, ["a-p"]),
        ({"Fn::Join": ["-", {"Ref": "L"}]}, ["${Token[--Fn--Join-----------Ref----L----]}"]),
        ({"Fn::Sub": "${Plain}-${!x}"}, ["p-${x}"]),
        ({"Fn::Sub": ["${A}${Asked}", {"A": "a"}]}, ["a${Token[Asked]}"]),
        ({"Fn::If": ["C", "a", {"Fn::Join": ["", ["b"]]}]}, ["a", "b"]),
        ({"Fn::Select": ["1", ["a", "b"]]}, ["b"]),
        ({"Fn::Select": [1, {"Fn::Split": ["/", {"Fn::Sub": "a/${Plain}"}]}]}, ["p"]),
        ({"Fn::Select": [0, {"Fn::Split": ["/", {"Ref": "Asked"}]}]}, ["${Token[Asked]}"]),
        ({"Fn::Base64": "a"}, ["a"]),
        ({"Fn::FindInMap": ["M", "a", "b"]}, ["m"]),
    ],
)
def test_functions_are_worked_out_as_far_as_the_template_tells(value: Any, texts: list[str]) -> None:
    assert texts_of(value, TEMPLATE) == texts


def test_branches_that_multiply_come_to_an_end() -> None:
    either = {"Fn::If": ["C", "a", "b"]}
    assert len(texts_of({"Fn::Join": ["", [either] * 40]})) == 64


@jsii.implements(cdk.IStableStringProducer)
class _Later:
    """A text that is made at synth."""

    def produce(self) -> str:
        return "arn:aws:s3:::*"


HIDDEN: list[Callable[[], str]] = [
    lambda: cdk.Fn.join("", ["arn:aws:s3:::", "*"]),
    lambda: cdk.Fn.join(":", ["arn", cdk.Aws.PARTITION, "s3", "", "", "*"]),
    lambda: cdk.Fn.sub("arn:${AWS::Partition}:s3:::*"),
    lambda: cdk.Fn.sub("arn:aws:sqs:${R}:1:${Q}", {"R": "eu-west-1", "Q": "*"}),
    lambda: cdk.Fn.select(0, ["*", cdk.Aws.REGION]),
    lambda: cdk.Token.as_string(cdk.Fn.condition_if("C", "arn:aws:s3:::a/b", "*")),
    lambda: cdk.Lazy.string(_Later()),
    lambda: "arn:aws:s3:::???????",
    lambda: "arn:aws:dynamodb:eu-west-1:1:table/?*",
]


@pytest.mark.parametrize("arn", HIDDEN)
def test_an_arn_that_names_nothing_is_refused_however_it_is_made(
    stack: cdk.Stack, arn: Callable[[], str]
) -> None:
    function = PythonFunction(stack, "Import", code="tabular_ingest")
    with pytest.raises(RefusedError, match=r"^Test/Import: resources must be ARNs of resources, got '"):
        function.allow(["s3:GetObject"], [arn()])
    function.allow(["s3:GetObject"], [arn()], reason="it lists what there is")


@pytest.mark.parametrize("name", ["s3:Get?bject", "s3:Get*"])
def test_an_action_with_a_wildcard_is_refused_however_it_is_made(stack: cdk.Stack, name: str) -> None:
    function = PythonFunction(stack, "Import", code="tabular_ingest")
    for action in (name, cdk.Fn.join("", [name[:4], name[4:]])):
        with pytest.raises(RefusedError, match=r"actions must be whole names, got 's3:Get[?*]"):
            function.allow([action], ["arn:aws:s3:::a/b"])


@pytest.mark.parametrize(
    ("actions", "resources", "message"),
    [
        ([], ["arn:aws:s3:::a/b"], "actions must be whole names, got none; "),
        (["s3:GetObject"], [], "resources must be ARNs of resources, got none; "),
        (["s3:GetObject"], ["a/b"], "resources must be ARNs of resources, got 'a/b'; "),
    ],
)
def test_a_grant_of_nothing_is_refused(
    stack: cdk.Stack, actions: list[str], resources: list[str], message: str
) -> None:
    function = PythonFunction(stack, "Import", code="tabular_ingest")
    with pytest.raises(RefusedError, match=message):
        function.allow(actions, resources)


def test_an_arn_of_references_is_allowed(stack: cdk.Stack) -> None:
    function, bucket = PythonFunction(stack, "Import", code="tabular_ingest"), s3.Bucket(stack, "Bucket")
    function.allow(
        ["s3:GetObject"],
        [
            cdk.Fn.join("/", [bucket.bucket_arn, "*"]),
            cdk.Fn.sub("arn:${AWS::Partition}:s3:::x/*"),
            cdk.Fn.import_value("other-arn"),
        ],
    )


SECRETS: dict[str, Callable[[Construct], str]] = {
    "join": lambda _: cdk.Fn.join("", ["hunter2", "hunter2"]),
    "sub": lambda _: cdk.Fn.sub("hunter2hunter2"),
    "base64": lambda _: cdk.Fn.base64("hunter2hunter2"),
    "parameter": lambda scope: cdk.CfnParameter(scope, "P", default="hunter2hunter2").value_as_string,
    "if": lambda _: cdk.Token.as_string(cdk.Fn.condition_if("C", "hunter2hunter2", cdk.Aws.NO_VALUE)),
}


@pytest.mark.parametrize("how", SECRETS)
def test_a_secret_in_a_function_of_the_template_is_refused(
    stack: cdk.Stack, refused: Callable[[], str], how: str
) -> None:
    PythonFunction(stack, "Import", code="tabular_ingest", environment={"DB_PASSWORD": SECRETS[how](stack)})
    said = refused()
    assert "Test/Import: environment['DB_PASSWORD'] must be free of secrets, got literal text" in said
    assert "hunter2" not in said
