"""Denials that only the tests' own names or the sessions of other roles make are not judged.

Found in aws-solutions/instance-scheduler-on-aws, of which two operations were denied wrongly.
"""

from pathlib import Path

import pytest

from tests.unit.prove.cases import LOG, function, prove, role, said
from tests.unit.prove.support import Document, allow, call

METRICS = call("cloudwatch", "PutMetricData", Namespace="tests:Scheduler", MetricData=[])
OURS = {"Condition": {"StringEquals": {"cloudwatch:namespace": "stack:Scheduler"}}}
OF_A_VALUE = """
import boto3
def handler(event, context):
    name = f"{event['stack']}:Scheduler"
    boto3.client("cloudwatch").put_metric_data(Namespace=name, MetricData=[])
"""
LITERAL = OF_A_VALUE.replace("Namespace=name", 'Namespace="tests:Scheduler"')


def run(folder: Path, code: str, *calls: Document, granted: Document) -> tuple[str, set[str], set[str]]:
    (folder / "mine").mkdir()
    (folder / "mine" / "handler.py").write_text(code)
    resources = {"Worker": function(Code="mine"), "Role": role(LOG, granted)}
    return said(prove(folder, resources, *calls))


@pytest.mark.parametrize(
    ("code", "wanted"),
    [(OF_A_VALUE, ("not judged", set())), (LITERAL, ("not proven", {"cloudwatch:PutMetricData"}))],
    ids=["of a value", "literal"],
)
def test_a_condition_on_a_name_that_only_tests_have(
    tmp_path: Path, code: str, wanted: tuple[str, set[str]]
) -> None:
    granted = allow("cloudwatch:PutMetricData", "*", **OURS)
    assert run(tmp_path, code, METRICS, granted=granted)[:2] == wanted


SESSIONS = """
import boto3
def handler(event, context):
    keys = boto3.client("sts").assume_role(RoleArn=event["role"], RoleSessionName="me")["Credentials"]
    session = boto3.Session(aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretAccessKey"])
    session.client("ec2").describe_instances()
    resize(Wrapped(session))
class Wrapped:
    def __init__(self, session):
        self.session = session
    def client(self, service):
        return self.session.client(service)
def resize(wrapped):
    wrapped.client("ec2").modify_instance_attribute(InstanceId="i-1")
"""


@pytest.mark.parametrize("has_others", [True, False])
def test_a_call_that_no_line_tells_beside_sessions_of_other_roles(tmp_path: Path, has_others: bool) -> None:  # noqa: FBT001 - a case
    others = '    session.client("ec2").describe_instances()\n'
    made = call("ec2", "ModifyInstanceAttribute", InstanceId="i-1")
    code = SESSIONS if has_others else SESSIONS.split("    keys =", maxsplit=1)[0] + "    pass\n"
    assert others in SESSIONS
    _, denied, _ = run(tmp_path, code, made, granted=allow("sts:AssumeRole", "*"))
    assert denied == (set() if has_others else {"ec2:ModifyInstanceAttribute"})
