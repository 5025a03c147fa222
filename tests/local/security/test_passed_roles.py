"""A role that may make things, and hands them a role that may do everything."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session

from tests.local.assumed import client_as
from tests.local.functions import zipped
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

Client = Callable[[str], Any]
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
SERVICES = [
    *("lambda", "states", "scheduler", "pipes", "events", "ecs", "glue", "firehose", "apigateway", "logs"),
    *("cognito-identity", "cloudformation", "s3"),
]


def document(*statements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@pytest.fixture(scope="module")
def administrator(cloud: LocalCloud) -> str:
    """A role that services may take, and that may do everything."""
    trust = {"Effect": "Allow", "Principal": {"Service": "*"}, "Action": "sts:AssumeRole"}
    iam = cloud.client("iam")
    role = iam.create_role(RoleName="administrator", AssumeRolePolicyDocument=document(trust))["Role"]
    iam.put_role_policy(RoleName="administrator", PolicyName="all", PolicyDocument=document(ALL))
    return str(role["Arn"])


def client_with(cloud: LocalCloud, name: str, *statements: object) -> Client:
    """Take a role with these rights."""
    iam = cloud.client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document(*statements))
    return lambda service: client_as(cloud, service, role)


@pytest.fixture(scope="module")
def maker(cloud: LocalCloud) -> Client:
    """Who may do everything with some services, and pass no role."""
    actions = [f"{service}:*" for service in SERVICES]
    return client_with(cloud, "maker", {"Effect": "Allow", "Action": actions, "Resource": "*"})


def make_function(client: Client, name: str, role: str) -> Any:
    code = {"ZipFile": zipped("index.py", "def handler(event, context): pass")}
    return client("lambda").create_function(
        FunctionName=name, Runtime="python3.13", Role=role, Handler="index.handler", Code=code
    )


def _machine(client: Client, role: str) -> None:
    definition = json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}})
    client("stepfunctions").create_state_machine(name="made", definition=definition, roleArn=role)


def _schedule(client: Client, role: str) -> None:
    target = {"Arn": "arn:aws:scheduler:::aws-sdk:sqs:sendMessage", "RoleArn": role, "Input": "{}"}
    client("scheduler").create_schedule(
        Name="made", ScheduleExpression="rate(1 day)", FlexibleTimeWindow={"Mode": "OFF"}, Target=target
    )


def _pipe(client: Client, role: str) -> None:
    source, target = (f"arn:aws:sqs:us-east-1:000000000000:{name}" for name in ("in", "out"))
    client("pipes").create_pipe(Name="made", RoleArn=role, Source=source, Target=target)


def _rule(client: Client, role: str) -> None:
    client("events").put_rule(Name="made", EventPattern='{"source": ["x"]}')
    target = "arn:aws:states:us-east-1:000000000000:stateMachine:any"
    client("events").put_targets(Rule="made", Targets=[{"Id": "1", "Arn": target, "RoleArn": role}])


def _task(client: Client, role: str) -> None:
    containers = [{"name": "main", "image": "any"}]
    client("ecs").register_task_definition(family="made", taskRoleArn=role, containerDefinitions=containers)


def _job(client: Client, role: str) -> None:
    client("glue").create_job(
        Name="made",
        Role=role.rpartition("/")[2],
        Command={"Name": "pythonshell", "ScriptLocation": "s3://a/b"},
    )


def _delivery(client: Client, role: str) -> None:
    destination = {"RoleARN": role, "BucketARN": "arn:aws:s3:::any"}
    client("firehose").create_delivery_stream(
        DeliveryStreamName="made", ExtendedS3DestinationConfiguration=destination
    )


def _account(client: Client, role: str) -> None:
    change = {"op": "replace", "path": "/cloudwatchRoleArn", "value": role}
    client("apigateway").update_account(patchOperations=[change])


def _identities(client: Client, role: str) -> None:
    client("cognito-identity").set_identity_pool_roles(
        IdentityPoolId="us-east-1:00000000-0000-0000-0000-000000000000", Roles={"authenticated": role}
    )


def _stack(client: Client, role: str) -> None:
    template = json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}})
    client("cloudformation").create_stack(StackName="made", TemplateBody=template, RoleARN=role)


@pytest.mark.parametrize(
    "make",
    [
        lambda client, role: make_function(client, "made", role),
        *(_machine, _schedule, _pipe, _rule, _task, _job, _delivery, _account, _identities, _stack),
    ],
)
def test_who_may_pass_no_role_makes_nothing_with_it(
    maker: Client, administrator: str, make: Callable[[Client, str], object]
) -> None:
    with pytest.raises(ClientError, match=f"iam:PassRole on resource: {administrator}"):
        make(maker, administrator)


@pytest.mark.parametrize(
    "spelled",
    [
        "arn:aws:iam::000000000000:role/aws-service-role/administrator",
        "x:aws:iam::000000000000:role/administrator",
        "arn:aws:iam::111122223333:role/administrator",
    ],
)
def test_nor_by_another_spelling(maker: Client, administrator: str, spelled: str) -> None:
    with pytest.raises(ClientError, match=f"iam:PassRole on resource: {administrator}"):
        make_function(maker, "spelled", spelled)


@pytest.mark.parametrize("spelled", ["x/administrator", "administrator"])
def test_nor_by_a_name_where_an_arn_belongs(maker: Client, administrator: str, spelled: str) -> None:
    with pytest.raises(ClientError, match=f"iam:PassRole on resource: {administrator}"):
        _schedule(maker, spelled)


def test_nor_by_a_path_that_the_role_does_not_have(cloud: LocalCloud, administrator: str) -> None:
    spelled = "arn:aws:iam::000000000000:role/team/administrator"
    team = "arn:aws:iam::000000000000:role/team/*"
    may = {"Effect": "Allow", "Action": "lambda:*", "Resource": "*"}
    passes = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": team}

    with pytest.raises(ClientError, match=f"iam:PassRole on resource: {administrator}"):
        make_function(client_with(cloud, "of-the-team", may, passes), "of-the-team", spelled)


def test_nor_does_who_takes_it_by_such_a_path(cloud: LocalCloud) -> None:
    iam = cloud.client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:root"}, "Action": "sts:*"}
    real = iam.create_role(RoleName="kept", AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
    spelled = real.replace("role/", "role/team/")
    takes = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": spelled}

    with pytest.raises(ClientError, match="AccessDenied"):
        client_with(cloud, "takes", takes)("sts").assume_role(RoleArn=spelled, RoleSessionName="me")
    own = client_with(cloud, "takes-its-own", {**takes, "Resource": real})
    assert own("sts").assume_role(RoleArn=real, RoleSessionName="me")["Credentials"]


def test_nor_where_the_address_names_it(cloud: LocalCloud, maker: Client, administrator: str) -> None:
    template = json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}})
    asked = {
        "Action": "CreateStack",
        "StackName": "in-address",
        "TemplateBody": template,
        "RoleARN": administrator,
    }
    request = AWSRequest("POST", f"{cloud.endpoint}/?{urlencode(asked, quote_via=quote)}")
    keys = maker("sts")._request_signer._credentials
    SigV4Auth(keys, "cloudformation", "us-east-1").add_auth(request)

    answer = URLLib3Session(proxies={}).send(request.prepare())

    assert "iam:PassRole" in answer.text


def test_who_may_pass_it_to_a_service_passes_it_to_that_one(cloud: LocalCloud, administrator: str) -> None:
    may = {"Effect": "Allow", "Action": ["lambda:*", "ecs:*"], "Resource": "*"}
    to_functions = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    passes = {
        "Effect": "Allow",
        "Action": "iam:PassRole",
        "Resource": administrator,
        "Condition": to_functions,
    }
    client = client_with(cloud, "passes-to-functions", may, passes)

    assert make_function(client, "passed", administrator)["Role"] == administrator
    with pytest.raises(ClientError, match="iam:PassRole"):
        _task(client, administrator)


def test_who_runs_a_task_passes_the_roles_of_its_definition(
    cloud: LocalCloud, maker: Client, administrator: str
) -> None:
    cloud.client("ecs").create_cluster(clusterName="made")
    cloud.client("ecs").register_task_definition(
        family="powerful", taskRoleArn=administrator, containerDefinitions=[{"name": "main", "image": "any"}]
    )
    with pytest.raises(ClientError, match=f"iam:PassRole on resource: {administrator}"):
        maker("ecs").run_task(cluster="made", taskDefinition="powerful")


def test_a_role_that_is_only_said_is_not_passed(maker: Client, administrator: str) -> None:
    """A payload belongs to the app."""
    with pytest.raises(ClientError, match="ResourceNotFound"):
        maker("lambda").invoke(FunctionName="nowhere", Payload=json.dumps({"role": administrator}))
