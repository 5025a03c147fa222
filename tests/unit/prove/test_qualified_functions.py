"""Versions and aliases of functions: a grant on the function is none on them, nor the other way round.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html ("Lambda accepts requests that
reference that ARN but denies requests that reference the unqualified ARN or a different qualified ARN") and
https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html (formats of `FunctionName`)
"""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.prove.cases import LOG, function, get, prove, role, said, sub
from tests.unit.prove.support import Document, allow, call

PLAIN, LIVE, ANY = get("Target"), {"Ref": "Alias"}, sub("${Target.Arn}:*")
NUMBER = get("Version", "Version")
ARN = "arn:aws:lambda:us-east-1:123456789012:function:"


def app(granted: Any, deployed: Any, qualifier: Any = "live") -> dict[str, Document]:
    target = {"FunctionName": {"Ref": "Target"}}
    alias = {"Name": "live", "FunctionVersion": get("Version", "Version"), **target}
    return {
        "Target": function({}, Role=get("Other")),
        "Alias": {"Type": "AWS::Lambda::Alias", "Properties": alias},
        "Version": {"Type": "AWS::Lambda::Version", "Properties": target},
        "Next": {"Type": "AWS::Lambda::Version", "Properties": target},
        "Worker": function({"NAME": deployed, "QUALIFIER": qualifier}),
        "Role": role(LOG, allow("lambda:InvokeFunction", granted)),
        "Other": role(LOG),
    }


def judged(folder: Path, resources: dict[str, Document], tested: str, **parameters: str) -> str:
    variables = {"NAME": tested, "QUALIFIER": "test"}
    proof = prove(folder, resources, call("lambda", "Invoke", **parameters), variables=variables)
    verdict, denied, _ = said(proof)
    assert (verdict == "not proven") is bool(denied)
    return verdict


@pytest.mark.parametrize(("granted", "verdict"), [(PLAIN, "not proven"), (LIVE, "proven"), (ANY, "proven")])
@pytest.mark.parametrize(
    ("deployed", "tested", "called"),
    [
        ({"Ref": "Target"}, "t", "t:live"),
        ({"Ref": "Target"}, f"{ARN}t", f"{ARN}t:live"),
        ({"Ref": "Target"}, "t", "123456789012:function:t:live"),
        ({"Ref": "Target"}, "t", "123456789012:t:live"),
        ({"Ref": "Target"}, "t", "us-east-1:123456789012:function:t:live"),
        ({"Ref": "Target"}, "my-function", "my-function:live"),
        (PLAIN, "t", "t:live"),
        (LIVE, "t", "t"),
        (LIVE, "t:test", "t:test"),
        (LIVE, f"{ARN}t", f"{ARN}t"),
        (LIVE, f"{ARN}t:test", f"{ARN}t:test"),
        (LIVE, "123456789012:function:t", "123456789012:function:t"),
        (sub("${Target}:live"), "t:live", "t:live"),
        (sub("${Target}:live"), "t", "t"),
        (sub("${Target.Arn}:live"), "t:test", "t:test"),
        (sub("${AWS::AccountId}:function:${Target}:live"), "t", "t"),
    ],
)
def test_an_alias_is_what_must_be_granted(
    tmp_path: Path, deployed: Any, tested: str, called: str, granted: Any, verdict: str
) -> None:
    assert judged(tmp_path, app(granted, deployed), tested, FunctionName=called) == verdict


@pytest.mark.parametrize(
    ("granted", "verdict"), [(PLAIN, "proven"), (LIVE, "not proven"), (ANY, "not proven")]
)
@pytest.mark.parametrize(("tested", "called"), [("t", "t"), ("t:test", "t:test"), (f"{ARN}t", f"{ARN}t")])
def test_a_grant_on_versions_is_none_on_the_function(
    tmp_path: Path, tested: str, called: str, granted: Any, verdict: str
) -> None:
    assert judged(tmp_path, app(granted, {"Ref": "Target"}), tested, FunctionName=called) == verdict


@pytest.mark.parametrize(("granted", "verdict"), [(PLAIN, "not proven"), (LIVE, "proven"), (ANY, "proven")])
@pytest.mark.parametrize("deployed", [{"Ref": "Target"}, LIVE])
def test_what_a_variable_says_of_the_alias_is_taken_from_the_template(
    tmp_path: Path, deployed: Any, granted: Any, verdict: str
) -> None:
    made = app(granted, deployed)
    assert judged(tmp_path, made, "t", FunctionName="t", Qualifier="test") == verdict


@pytest.mark.parametrize(
    ("granted", "verdict"),
    [
        (PLAIN, "not proven"),
        ({"Ref": "Version"}, "proven"),
        (sub("${Target.Arn}:${Version.Version}"), "proven"),
        (ANY, "proven"),
        ({"Ref": "Next"}, "not judged"),
    ],
)
@pytest.mark.parametrize("name", ["a reference", "a number"])
def test_a_version_is_another_one_than_the_next(
    tmp_path: Path, granted: Any, verdict: str, name: str
) -> None:
    if name == "a number":
        made = app(granted, {"Ref": "Target"}, NUMBER)
        assert judged(tmp_path, made, "t", FunctionName="t", Qualifier="test") == verdict
    else:
        assert judged(tmp_path, app(granted, {"Ref": "Version"}), "t", FunctionName="t") == verdict
