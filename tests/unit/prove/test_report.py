"""What is called and not allowed, and what is allowed and never called."""

from typing import Any

import pytest

from tests.unit.prove.support import ACCOUNT, OTHER, ROLE, Document, allow, attached, deny, identity
from wellmade.prove.calls import AccountContext, Call
from wellmade.prove.findings import LONGEST, LONGEST_LINE, readable
from wellmade.prove.policy import Policy
from wellmade.prove.report import Report, prove
from wellmade.prove.role import Role
from wellmade.prove.usage import Exemption, Unused

ROWS = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/rows"
CLAIMS = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/claims"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:files"
INBOX, RESULTS = "arn:aws:s3:::inbox/incoming/*", "arn:aws:s3:::results/incoming/*"
QUARANTINE = "arn:aws:s3:::quarantine/incoming/*"

CALLS = [
    Call("s3", "GetObject", {"Bucket": "inbox", "Key": "incoming/a.csv", "VersionId": "v"}),
    Call("dynamodb", "BatchWriteItem", {"RequestItems": {"rows": [{"PutRequest": {"Item": {}}}]}}),
    Call("dynamodb", "PutItem", {"TableName": "claims", "Item": {}}),
    Call("dynamodb", "UpdateItem", {"TableName": "claims", "Key": {}}),
    Call("s3", "PutObject", {"Bucket": "results", "Key": "incoming/a.csv.result.json"}),
    Call(
        "s3",
        "CopyObject",
        {
            "Bucket": "quarantine",
            "Key": "incoming/a.csv",
            "CopySource": {"Bucket": "inbox", "Key": "incoming/a.csv", "VersionId": "v"},
            "TaggingDirective": "REPLACE",
        },
    ),
]
"""What the loader of a file pipeline calls."""

POLLER = [
    Exemption(action, "the event source, to take messages and to delete those that are done")
    for action in ("sqs:ReceiveMessage", "sqs:DeleteMessage")
]


def statements() -> list[Document]:
    """Return the role of the loader, which allows exactly that."""
    return [
        allow(["sqs:ReceiveMessage", "sqs:DeleteMessage"], QUEUE),
        allow("s3:GetObjectVersion", INBOX),
        allow(["s3:PutObject"], [RESULTS, QUARANTINE]),
        allow("dynamodb:BatchWriteItem", ROWS),
        allow(["dynamodb:PutItem", "dynamodb:UpdateItem"], CLAIMS, Sid="Claims"),
    ]


def proof(*given: Document, calls: list[Call] = CALLS, **more: Any) -> Report:
    role = Role(ROLE, [identity(*given)], **{"declared": POLLER, **more})
    return prove(calls, role, AccountContext(ACCOUNT))


def left(*given: Document, **more: Any) -> list[tuple[str, str]]:
    """Return the grants that no call of a role with these statements besides its own used."""
    return [(each.action, each.resource) for each in proof(*statements(), *given, **more).unused]


def test_a_role_that_allows_what_is_called_is_proven() -> None:
    report = proof(*statements())
    assert report.proven, report
    assert report.calls == 6


def test_a_missing_action_is_denied() -> None:
    without = statements()
    without[4] |= {"Action": ["dynamodb:PutItem"]}
    report = proof(*without)
    assert not report.proven
    [denied] = report.denied
    assert denied.call.operation == "UpdateItem"
    assert (denied.action, denied.resource) == ("dynamodb:UpdateItem", CLAIMS)
    assert denied.reason == "nothing in the policies of the identity allows it"
    assert report.unused == []


def test_an_action_too_many_is_unused() -> None:
    with_more = statements()
    with_more[4] |= {"Action": ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"]}
    report = proof(*with_more)
    assert not report.proven
    assert report.unused == [Unused("Handler: statement 5 (Claims)", "dynamodb:DeleteItem", CLAIMS)]
    assert report.denied == []


def test_a_missing_resource_is_denied() -> None:
    without = statements()
    without[2] |= {"Resource": [RESULTS]}
    [denied] = proof(*without).denied
    assert (denied.call.operation, denied.resource) == (
        "CopyObject",
        "arn:aws:s3:::quarantine/incoming/a.csv",
    )


def test_a_resource_too_many_is_unused() -> None:
    with_more = statements()
    with_more[2] |= {"Resource": [RESULTS, QUARANTINE, "arn:aws:s3:::other/*"]}
    [unused] = proof(*with_more).unused
    assert (unused.action, unused.resource) == ("s3:PutObject", "arn:aws:s3:::other/*")


def test_actions_and_resources_are_compared_pair_by_pair() -> None:
    calls = [
        Call("dynamodb", "GetItem", {"TableName": "rows", "Key": {}}),
        Call("dynamodb", "PutItem", {"TableName": "claims", "Item": {}}),
    ]
    report = proof(allow(["dynamodb:GetItem", "dynamodb:PutItem"], [ROWS, CLAIMS]), calls=calls, declared=())
    assert [(each.action, each.resource) for each in report.unused] == [
        ("dynamodb:GetItem", CLAIMS),
        ("dynamodb:PutItem", ROWS),
    ]


def test_what_a_statement_lacks_is_told() -> None:
    narrow = [
        allow("dynamodb:PutItem", ROWS, Sid="Rows"),
        allow("s3:GetObject", "*", Condition={"Null": {"aws:x": "false"}}),
    ]
    calls = [CALLS[2], Call("s3", "GetObject", {"Bucket": "b", "Key": "k"})]
    [by_resource, by_condition] = proof(*narrow, calls=calls, declared=()).denied
    nothing = "nothing in the policies of the identity allows it; Handler: statement"
    assert by_resource.reason == f"{nothing} 1 (Rows) allows the action on {ROWS} alone"
    assert by_condition.reason == f"{nothing} 2 does, under a condition that the call does not meet"


def test_a_call_that_is_repeated_is_denied_once() -> None:
    assert len(proof(calls=[CALLS[2]] * 3, declared=()).denied) == 1


def test_an_explicit_denial_is_named() -> None:
    [denied] = proof(*statements(), deny("dynamodb:Batch*", "*", Sid="NoBatch")).denied
    assert denied.reason == "denied by Handler: statement 6 (NoBatch)"


def test_a_boundary_counts() -> None:
    report = proof(*statements(), boundary=identity(allow(["s3:*", "sqs:*", "dynamodb:Batch*"])))
    assert {each.action for each in report.denied} == {"dynamodb:PutItem", "dynamodb:UpdateItem"}
    assert {each.reason for each in report.denied} == {"nothing in the permission boundary allows it"}


def test_conditions_count() -> None:
    condition = {"StringEquals": {"aws:PrincipalAccount": OTHER}}
    changed = statements()
    changed[3] |= {"Condition": condition}
    report = proof(*changed)
    assert [each.action for each in report.denied] == ["dynamodb:BatchWriteItem"]
    assert [each.action for each in report.unused] == ["dynamodb:BatchWriteItem"]
    changed[3] |= {
        "Condition": {
            "StringEquals": {"aws:PrincipalAccount": ACCOUNT},
            "ArnLike": {"aws:PrincipalArn": ROLE},
        }
    }
    assert proof(*changed).proven


def on_inbox(**statement: Any) -> dict[str, Policy]:
    return {"arn:aws:s3:::inbox": attached({"Action": "s3:*", "Resource": "*", **statement})}


def test_the_policy_of_a_bucket_counts_for_its_objects() -> None:
    insecure = {"Bool": {"aws:SecureTransport": "false"}}
    assert proof(
        *statements(), resource_policies=on_inbox(Effect="Deny", Principal="*", Condition=insecure)
    ).proven
    report = proof(*statements(), resource_policies=on_inbox(Effect="Deny", Principal={"AWS": ACCOUNT}))
    assert {each.action for each in report.denied} == {"s3:GetObjectVersion"}
    assert [each.call.operation for each in report.denied] == ["GetObject", "CopyObject"]


def test_the_policy_of_a_bucket_can_grant() -> None:
    granting = on_inbox(Effect="Allow", Principal={"AWS": ROLE})
    without = [each for each in statements() if each["Resource"] != INBOX]
    assert proof(*without, resource_policies=granting).proven
    assert left(resource_policies=granting) == []


def test_what_is_declared_need_not_be_used() -> None:
    assert ("sqs:ReceiveMessage", QUEUE) in left(declared=())
    other_queue = [Exemption("sqs:ReceiveMessage", "the event source", f"{QUEUE}2"), POLLER[1]]
    report = proof(*statements(), declared=other_queue)
    assert [each.action for each in report.unused] == ["sqs:ReceiveMessage"]
    assert report.stale == [other_queue[0]]


def test_a_declaration_of_what_is_not_granted_is_stale() -> None:
    gone = Exemption("logs:PutLogEvents", "the runtime, to write the log")
    report = proof(*statements(), declared=[*POLLER, gone])
    assert (report.stale, report.proven) == ([gone], False)


def test_a_pattern_of_actions_is_unused_as_far_as_it_means_more() -> None:
    [unused] = proof(*statements(), allow("dynamodb:Batch*Item", ROWS)).unused
    assert unused.why == "also means dynamodb:BatchGetItem, never used"
    [unused] = proof(*statements(), allow("dynamodb:*", ROWS)).unused
    assert unused.why.startswith("also means dynamodb:AssociateTableReplica, dynamodb:BatchGetItem, ")
    assert unused.why.endswith("more, never used")
    assert proof(*statements(), allow("dynamodb:BatchW*", ROWS)).proven


def test_what_is_granted_by_exclusion_is_too_much() -> None:
    everything = {"Effect": "Allow", "NotAction": ["iam:*", "sts:*"], "Resource": ROWS}
    [unused] = proof(*statements(), everything).unused
    assert unused.action == "NotAction iam:*, sts:*"
    assert unused.why == "means every other action; name those that are used: dynamodb:batchwriteitem"
    elsewhere = {"Effect": "Allow", "Action": "dynamodb:PutItem", "NotResource": [ROWS]}
    assert left(elsewhere) == []
    nowhere = {"Effect": "Allow", "Action": "dynamodb:PutItem", "NotResource": [CLAIMS]}
    assert left(nowhere) == [("dynamodb:PutItem", f"NotResource {CLAIMS}")]


def test_an_index_belongs_to_its_table() -> None:
    policies = {ROWS: attached(deny("dynamodb:Query", "*", Principal="*"))}
    call = Call("dynamodb", "Query", {"TableName": "rows", "IndexName": "by-day"})
    report = proof(allow("dynamodb:*"), calls=[call], resource_policies=policies)
    assert report.denied[0].reason == "denied by QueuePolicy: statement 1"


def test_an_unknown_call_is_not_judged_and_the_rest_is() -> None:
    report = proof(*statements(), calls=[*CALLS, Call("s3", "GetThing")])
    [row] = report.not_judged
    assert (row.what, report.denied, report.unused) == ("s3:GetThing", [], [])
    assert row.reason.startswith("s3:GetThing cannot be mapped to IAM: boto3 has no such operation")
    assert (report.proven, report.verdict) == (False, "not judged")


def test_without_calls_everything_is_unused() -> None:
    report = proof(*statements(), calls=[])
    assert (report.calls, len(report.unused)) == (0, 6)


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (f"granted and never used: s3:* on arn:aws:s3:::{'a' * 240}/*", None),
        (
            f"granted: s3:* on {'a' * 6000} (Role)",
            f"granted: s3:* on {'a' * LONGEST}… (6000 characters) (Role)",
        ),
        ("x, " * 2000, f"{('x, ' * 2000)[:LONGEST_LINE]}… (6000 characters; --format json tells all)"),
    ],
)
def test_a_pattern_that_nobody_reads_is_shortened(line: str, wanted: str | None) -> None:
    assert readable(line) == (wanted or line)
