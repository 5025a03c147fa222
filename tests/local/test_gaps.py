"""What MiniStack refuses deploys, and what is only recorded is named."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from wellmade.local.deploy import Deployment
from wellmade.local.server import LocalCloud
from wellmade.local.status import not_done

pytestmark = pytest.mark.local


def test_what_is_only_recorded_is_named(deployment: Deployment) -> None:
    told = [line for line in deployment.not_simulated if line.startswith("gaps: ")]

    assert told == [
        "gaps: AWS::ApplicationAutoScaling::ScalableTarget: written down only (Target3191CF44)",
        "gaps: AWS::ApplicationAutoScaling::ScalingPolicy: written down only (TargetTrackingA9320796)",
        "gaps: AWS::CloudWatch::Alarm: its metric math is not evaluated, so it never goes to ALARM"
        " (Math9A02923A)",
    ]


def test_every_delivery_of_the_apps_is_made(deployment: Deployment) -> None:
    assert deployment.dropped == []


def test_what_could_not_be_done_is_counted(cloud: LocalCloud, eventually: Callable[..., None]) -> None:
    events = cloud.client("events")
    events.put_rule(Name="lost", EventPattern='{"source": ["lost"]}')
    target = "arn:aws:batch:us-east-1:000000000000:job-queue/jobs"
    events.put_targets(Rule="lost", Targets=[{"Id": "1", "Arn": target}])

    for _ in range(2):
        events.put_events(Entries=[{"Source": "lost", "DetailType": "Lost", "Detail": "{}"}])

    def counted() -> bool:
        return any(target in what and times == 2 for what, times in not_done(cloud).items())

    eventually(counted, otherwise=lambda: not_done(cloud))


def test_public_parameters_have_a_value(cloud: LocalCloud) -> None:
    name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-arm64"
    ssm = cloud.client("ssm")

    first, second = (ssm.get_parameter(Name=name)["Parameter"]["Value"] for _ in range(2))

    assert first == second
    assert first.startswith("ami-0")


def test_an_archive_is_made(cloud: LocalCloud, deployment: Deployment) -> None:
    name = deployment.outputs["gaps"]["ArchiveName"]

    assert cloud.client("events").describe_archive(ArchiveName=name)["State"] == "ENABLED"


def test_a_composite_alarm_follows_its_child(
    cloud: LocalCloud, deployment: Deployment, eventually: Callable[..., None]
) -> None:
    outputs = deployment.outputs["gaps"]
    cloud.client("sqs").send_message(QueueUrl=outputs["QueueUrl"], MessageBody="waiting")

    def in_alarm() -> bool:
        alarms = cloud.client("cloudwatch").describe_alarms(
            AlarmNames=[outputs["CompositeName"]], AlarmTypes=["CompositeAlarm"]
        )
        return [alarm["StateValue"] for alarm in alarms["CompositeAlarms"]] == ["ALARM"]

    eventually(in_alarm)


def test_a_failed_asynchronous_event_is_set_aside_as_it_was(
    cloud: LocalCloud, deployment: Deployment, eventually: Callable[..., None]
) -> None:
    outputs, received = deployment.outputs["gaps"], []
    event = json.dumps({"order": 7})
    cloud.client("lambda").invoke(
        FunctionName=outputs["FailingName"], InvocationType="Event", Payload=event.encode()
    )

    def arrived() -> bool:
        answer = cloud.client("sqs").receive_message(
            QueueUrl=outputs["SetAsideUrl"], MessageAttributeNames=["All"]
        )
        received.extend(answer.get("Messages", []))
        return bool(received)

    eventually(arrived)
    assert json.loads(received[0]["Body"]) == {"order": 7}
    assert received[0]["MessageAttributes"]["ErrorMessage"]["StringValue"].startswith("no")


def test_an_error_has_the_name_of_its_class_and_the_process_goes_on(
    cloud: LocalCloud, deployment: Deployment
) -> None:
    name = deployment.outputs["gaps"]["FailingName"]

    first, second = (json.load(cloud.client("lambda").invoke(FunctionName=name)["Payload"]) for _ in range(2))

    assert first["errorType"] == "ValueError"
    count, following = (int(answer["errorMessage"].removeprefix("no, ")) for answer in (first, second))
    assert following == count + 1


def test_a_change_of_outputs_alone_is_a_change(cloud: LocalCloud, deployment: Deployment) -> None:
    assert "gaps" in deployment.outputs
    formation = cloud.client("cloudformation")
    template = formation.get_template(StackName="gaps")["TemplateBody"]
    changed = {**template, "Outputs": {**template["Outputs"], "More": {"Value": "more"}}}

    formation.create_change_set(
        StackName="gaps",
        ChangeSetName="more",
        TemplateBody=json.dumps(changed),
        Capabilities=["CAPABILITY_IAM"],
    )

    described = formation.describe_change_set(StackName="gaps", ChangeSetName="more")
    assert (described["Status"], described["ExecutionStatus"]) == ("CREATE_COMPLETE", "AVAILABLE")


def test_transactions_on_one_item_meet(cloud: LocalCloud) -> None:
    dynamodb = cloud.client("dynamodb")
    dynamodb.create_table(
        TableName="hot",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    add = {
        "TableName": "hot",
        "Key": {"pk": {"S": "hot"}},
        "UpdateExpression": "ADD n :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }

    def write(number: int) -> list[str]:
        other = {**add, "Key": {"pk": {"S": f"cold {number}"}}}
        try:
            dynamodb.transact_write_items(TransactItems=[{"Update": add}, {"Update": other}])
        except dynamodb.exceptions.TransactionCanceledException as error:
            return [reason["Code"] for reason in error.response["CancellationReasons"]]
        return []

    with ThreadPoolExecutor(8) as pool:
        ends = list(pool.map(write, range(80)))

    cancelled = [end for end in ends if end]
    assert cancelled
    assert {tuple(end) for end in cancelled} == {("TransactionConflict", "None")}
    item = dynamodb.get_item(TableName="hot", Key={"pk": {"S": "hot"}})["Item"]
    assert int(item["n"]["N"]) == len(ends) - len(cancelled)
