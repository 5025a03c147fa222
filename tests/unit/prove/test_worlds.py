"""Conditions of templates: what is deployed together is compared together."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.prove.cases import LOG, function, get, prove, role, said
from tests.unit.prove.support import Document, allow, call, deny, document
from wellmade.prove.proof import Proof

READ = call("dynamodb", "GetItem", TableName="rows-in-tests", Key={})
NAMED = {"TABLE": "rows-in-tests"}
STAGE: dict[str, Any] = {
    "Parameters": {"Stage": {"Type": "String"}, "Other": {"Type": "String"}},
    "Conditions": {
        "Live": {"Fn::Equals": [{"Ref": "Stage"}, "live"]},
        "Test": {"Fn::Equals": ["test", {"Ref": "Stage"}]},
        "Idle": {"Fn::Not": [{"Condition": "Live"}]},
        "Apart": {"Fn::Equals": [{"Ref": "Other"}, "yes"]},
        "Both": {"Fn::And": [{"Condition": "Live"}, {"Condition": "Apart"}]},
        "Any": {"Fn::Or": [{"Condition": "Live"}, {"Condition": "Test"}]},
        "Endless": {"Fn::Not": [{"Condition": "Endless"}]},
    },
}
NOTHING = {"Ref": "AWS::NoValue"}


def table(**more: Any) -> Document:
    return {"Type": "AWS::DynamoDB::Table", "Properties": {}, **more}


def either(condition: str, then: Any, otherwise: Any = NOTHING) -> Document:
    return {"Fn::If": [condition, then, otherwise]}


def reads(*resources: Any) -> Document:
    return allow("dynamodb:GetItem", list(resources))


def app(variable: Any, *statements: Any, **more: Any) -> dict[str, Document]:
    properties = more.pop("role_properties", {})
    return {
        "A": table(),
        "B": table(),
        "C": table(),
        "Worker": function({"TABLE": variable}),
        "Role": role(LOG, *statements, **properties),
    } | more


def policy(*statements: Document, **more: Any) -> Document:
    body = {"PolicyName": "More", "PolicyDocument": document(*statements), "Roles": [{"Ref": "Role"}]}
    return {"Type": "AWS::IAM::Policy", "Properties": body, **more}


def managed(*statements: Document) -> Document:
    return {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": document(*statements)}}


def proved(folder: Path, resources: dict[str, Document], *calls: Document) -> Proof:
    return prove(folder, resources, *(calls or (READ,)), variables=NAMED, **STAGE)


A, B, C = ({"Ref": name} for name in "ABC")
CHOSEN = either("Live", A, B)
WIDE = {"PermissionsBoundary": either("Live", {"Ref": "Wide"}, {"Ref": "Narrow"})}
READ_ONLY = "arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess"

DENIED: dict[str, tuple[dict[str, Document], set[str]]] = {
    "a variable and a policy choose oppositely": (
        app(CHOSEN, reads(either("Live", get("B"), get("A")))),
        {"A, where Live holds", "B, where Live does not hold"},
    ),
    "the opposite of a condition": (
        app(CHOSEN, reads(either("Idle", get("A"), get("B")))),
        {"A, where Idle does not hold and Live holds", "B, where Idle holds and Live does not hold"},
    ),
    "a policy under a condition": (
        app(A, More=policy(reads(get("A")), Condition="Live")), {"A, where Live does not hold"},
    ),
    "a statement under a condition": (app(A, either("Live", reads(get("A")))), {"A, where Live does not hold"}),
    "a policy of AWS under a condition": (
        app(A, role_properties={"ManagedPolicyArns": [either("Live", READ_ONLY)]}), {"A, where Live does not hold"},
    ),
    "a boundary under a condition": (
        app(A, reads(get("A")), role_properties=WIDE, Wide=managed(allow()), Narrow=managed(allow("s3:*"), LOG)),
        {"A, where Live does not hold"},
    ),
    "a denial under a condition": (
        app(A, reads(get("A")), More=policy(deny("dynamodb:*"), Condition="Apart")), {"A, where Apart holds"},
    ),
    "two conditions together": (
        app(A, More=policy(reads(get("A")), Condition="Both")),
        {"A, where Both does not hold"},
    ),
    "a third value of a parameter": (
        app(either("Live", A, either("Test", B, C)), reads(either("Live", get("A"), get("B")))),
        {"C, where Live does not hold and Test does not hold"},
    ),
    "a role that a condition chooses": (
        app(A, reads(get("A")), Worker=function({"TABLE": A}, Role=either("Live", get("Role"), get("Bare"))), Bare=role(LOG)),
        {"A, where Live does not hold"},
    ),
    "a condition that nobody can read": (
        app(CHOSEN, reads(either("Endless", get("A"), get("B")))),
        {"A, where Endless does not hold and Live holds", "B, where Endless holds and Live does not hold"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DENIED)
def test_what_one_way_of_the_conditions_denies_is_denied(tmp_path: Path, name: str) -> None:
    resources, wanted = DENIED[name]
    proof = proved(tmp_path, resources)
    denied = {
        each.resource.rpartition("/")[2] + "," + each.reason.rpartition(",")[2]
        for each in proof.report.denied
    }
    assert (proof.verdict, denied) == ("not proven", wanted)


PROVEN: dict[str, dict[str, Document]] = {
    "both choose alike": app(CHOSEN, reads(either("Live", get("A"), get("B")))),
    "alike by opposite conditions": app(CHOSEN, reads(either("Idle", get("B"), get("A")))),
    "both are always allowed": app(CHOSEN, reads(get("A"), get("B"))),
    "three values of one parameter": app(
        either("Live", A, either("Test", B, C)), reads(either("Test", get("B"), either("Live", get("A"), get("C"))))
    ),
    "one of two values, or neither": app(
        either("Any", either("Live", A, B), C),
        reads(either("Test", get("B"), either("Live", get("A"), get("C")))),
    ),
    "a denial where nothing is called": app(
        CHOSEN, reads(get("A"), get("B")), More=policy(deny("dynamodb:*", get("A")), Condition="Idle")
    ),
    "a function under the condition of its policy": app(
        A, Worker=function({"TABLE": A}) | {"Condition": "Live"}, More=policy(reads(get("A")), Condition="Live")
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PROVEN)
def test_what_every_way_of_the_conditions_allows_is_proven(tmp_path: Path, name: str) -> None:
    assert said(proved(tmp_path, PROVEN[name])) == ("proven", set(), set())


def test_a_key_under_a_condition_is_needed_where_it_encrypts(tmp_path: Path) -> None:
    key = {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": document(
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*", "Resource": "*"})}}  # fmt: skip
    encrypted = {"SSESpecification": {"KMSMasterKeyId": either("Live", get("Key")), "SSEEnabled": True}}
    resources = app(A, reads(get("A")), A=table(Properties=encrypted), Key=key)
    proof = proved(tmp_path, resources)
    assert [each.action for each in proof.report.denied] == ["kms:Decrypt"]
    assert proof.report.denied[0].reason.endswith(", where Live holds")
    uses = allow("kms:Decrypt", get("Key"))
    assert said(proved(tmp_path, resources | {"More": policy(uses, Condition="Live")}))[:2] == (
        "proven",
        set(),
    )


def test_a_grant_is_unused_where_it_is_unused_wherever_it_is_granted(tmp_path: Path) -> None:
    never = allow("dynamodb:PutItem", get("A"))
    resources = app(CHOSEN, reads(get("A"), get("B")), More=policy(never, Condition="Live"))
    proof = proved(tmp_path, resources)
    assert said(proof) == ("not proven", set(), {"dynamodb:PutItem"})
    assert [each.where for each in proof.report.unused] == ["More: statement 1"]


def test_more_conditions_than_can_be_followed_are_not_judged(tmp_path: Path) -> None:
    many = {f"C{index}": {"Fn::Equals": [{"Ref": f"P{index}"}, "yes"]} for index in range(7)}
    sections: dict[str, Any] = {
        "Parameters": {f"P{index}": {"Type": "String"} for index in range(7)},
        "Conditions": many,
    }
    policies = {name: policy(allow("dynamodb:GetItem", get("A")), Condition=name) for name in many}
    proof = prove(tmp_path, app(A, **policies), READ, variables=NAMED, **sections)
    assert said(proof) == ("not judged", set(), set())
    assert [row.reason for row in proof.report.not_judged] == [
        "7 conditions decide together what it calls and what its role allows"
    ]


def test_conditions_that_no_right_depends_on_cost_no_verdict(tmp_path: Path) -> None:
    many = {f"C{index}": {"Fn::Equals": [{"Ref": f"P{index}"}, "yes"]} for index in range(12)}
    names = {f"OTHER_{name}": either(name, "one", "two") for name in many}
    sections: dict[str, Any] = {
        "Parameters": {f"P{index}": {"Type": "String"} for index in range(12)},
        "Conditions": many,
    }
    worker = function({"TABLE": A, **names})
    resources = app(A, More=policy(reads(get("A")), Condition="C0"), Worker=worker)
    proof = prove(tmp_path, resources, READ, variables=NAMED, **sections)
    assert [each.reason.rpartition(",")[2] for each in proof.report.denied] == [" where C0 does not hold"]
    assert not proof.report.not_judged


@pytest.mark.parametrize(
    ("parameter", "settings", "wanted"),
    [
        ({"AllowedValues": ["live", "test"]}, {}, set()),
        ({"AllowedValues": ["live", "test", "other"]}, {}, {"C"}),
        ({}, {"values": {"Stage": "live"}}, set()),
        ({}, {"values": {"template/Stage": "other"}}, {"C"}),
    ],
)
def test_what_a_parameter_can_be_settles_its_conditions(
    tmp_path: Path, parameter: Document, settings: Document, wanted: set[str]
) -> None:
    resources = app(either("Live", A, either("Test", B, C)), reads(get("A"), get("B")))
    sections = {
        **STAGE,
        "Parameters": {"Stage": {"Type": "String", **parameter}, "Other": {"Type": "String"}},
    }
    proof = prove(tmp_path, resources, READ, variables=NAMED, settings=settings, **sections)
    assert {each.resource.rpartition("/")[2] for each in proof.report.denied} == wanted


def test_the_region_that_is_told_settles_its_conditions(tmp_path: Path) -> None:
    sections = {"Conditions": {"China": {"Fn::Equals": [{"Ref": "AWS::Partition"}, "aws-cn"]}}}
    arn = either(
        "China", {"Fn::Sub": "arn:aws-cn:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${A}"}, get("A")
    )
    proof = prove(tmp_path, app(A, reads(arn)), READ, variables=NAMED, **sections)
    assert said(proof) == ("proven", set(), set())
