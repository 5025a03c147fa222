"""What the template says that arrives in an event: properties of custom resources, parameters of tasks."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.prove.cases import LOG, function, get, prove, role, said
from tests.unit.prove.support import Document, allow, call
from wellmade.prove.calls import AccountContext, Call, UnmappedCallError, requests
from wellmade.prove.proof import Proof

REPOSITORY = "arn:aws:ecr:us-east-1:123456789012:repository/Images"
DELETES = """
import boto3
ecr = boto3.client("ecr")

def every(client, method, **given):
    return client.get_paginator(method.__name__).paginate(**given)

def emptied(name):
    ecr.batch_delete_image(repositoryName=name, imageIds=every(ecr, ecr.list_images, repositoryName=name))

def handler(event, context):
    properties = event["ResourceProperties"]
    emptied(properties["Repository"])
"""
QUEUES = """
import boto3
sqs = boto3.resource("sqs")
def handler(event, context): sqs.Queue(event["QueueUrl"]).purge()
"""


def written(folder: Path, code: str) -> None:
    (folder / "mine").mkdir()
    (folder / "mine/handler.py").write_text(code)


def served(**more: Document) -> dict[str, Document]:
    """Return a function that empties the repository of a custom resource."""
    properties = {"ServiceToken": get("Worker"), "Repository": {"Ref": "Images"}}
    return {
        "Images": {"Type": "AWS::ECR::Repository", "Properties": {}},
        "Emptied": {"Type": "Custom::Emptied", "Properties": properties},
        "Role": role(LOG, allow(["ecr:ListImages", "ecr:BatchDeleteImage"], get("Images"))),
        "Worker": function(),
        **more,
    }


def test_code_reads_the_properties_of_a_custom_resource(tmp_path: Path) -> None:
    written(tmp_path, DELETES)
    assert said(prove(tmp_path, served())) == ("likely", set(), set())


def test_a_call_of_tests_acts_on_what_the_custom_resource_names(tmp_path: Path) -> None:
    written(tmp_path, DELETES)
    made = [
        call("ecr", "ListImages", repositoryName="made-up"),
        call("ecr", "BatchDeleteImage", repositoryName="made-up", imageIds=[]),
    ]
    for each in made:
        each["frames"] = [["mine/handler.py", "emptied", 9], ["mine/handler.py", "handler", 13]]
    assert said(prove(tmp_path, served(), *made)) == ("proven", set(), set())


@pytest.mark.parametrize(
    "code",
    [
        DELETES.replace('properties["Repository"])', 'properties["Repository"])\n    emptied(context.name)'),
        DELETES.replace("    emptied(p", "    properties = changed(properties)\n    emptied(p"),
        DELETES.replace("    emptied(p", "    properties['Repository'] = named()\n    emptied(p"),
        DELETES.replace("    emptied(p", "    properties, _ = changed(event)\n    emptied(p"),
        DELETES.replace("def emptied(name):", "def emptied(name='other'):").replace(
            'properties["Repository"])', 'properties["Repository"])\n    emptied()'
        ),
    ],
)
def test_what_may_be_something_else_too_is_not_judged(tmp_path: Path, code: str) -> None:
    written(tmp_path, code)
    found = prove(tmp_path, served())
    assert (found.verdict, found.report.denied) == ("not judged", [])


def test_an_event_that_others_may_send_is_not_told(tmp_path: Path) -> None:
    written(tmp_path, DELETES)
    target = {"Arn": get("Worker"), "Id": "daily"}
    rule = {
        "Type": "AWS::Events::Rule",
        "Properties": {"ScheduleExpression": "rate(1 day)", "Targets": [target]},
    }
    assert prove(tmp_path, served(Rule=rule)).verdict == "not judged"


def test_a_custom_resource_that_does_not_name_it_tells_nothing(tmp_path: Path) -> None:
    written(tmp_path, DELETES)
    other = {"Type": "Custom::Emptied", "Properties": {"ServiceToken": get("Worker")}}
    assert prove(tmp_path, served(Other=other)).verdict == "not judged"


def purged(folder: Path, *tasks: dict[str, Any], granted: tuple[str, ...] = ("First", "Second")) -> Proof:
    """Prove a function that purges the queue which a state machine names."""
    written(folder, QUEUES)
    states = {f"State{place}": {"Type": "Task", "End": True, **task} for place, task in enumerate(tasks)}
    resources = {
        "First": {"Type": "AWS::SQS::Queue", "Properties": {}},
        "Second": {"Type": "AWS::SQS::Queue", "Properties": {}},
        "Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {
            "DefinitionString": {"Fn::Sub": json.dumps({"StartAt": "State0", "States": states})}}},
        "Role": role(LOG, allow("sqs:PurgeQueue", [get(name) for name in granted])),
        "Worker": function(),
    }  # fmt: skip
    return prove(folder, resources)


def task(queue: str) -> dict[str, Any]:
    return {"Resource": "${Worker.Arn}", "Parameters": {"QueueUrl": f"${{{queue}}}"}}


def test_two_tasks_name_two_queues_and_both_are_used(tmp_path: Path) -> None:
    assert said(purged(tmp_path, task("First"), task("Second"))) == ("likely", set(), set())


def test_a_queue_that_no_task_names_is_granted_in_vain(tmp_path: Path) -> None:
    found = purged(tmp_path, task("First"))
    assert [each.resource.rpartition(":")[2] for each in found.report.unused] == ["Second"]


def test_a_queue_that_a_task_names_must_be_allowed(tmp_path: Path) -> None:
    found = purged(tmp_path, task("First"), task("Second"), granted=("First",))
    assert [each.resource.rpartition(":")[2] for each in found.report.denied] == ["Second"]


@pytest.mark.parametrize(
    "other",
    [
        {"Resource": "${Worker.Arn}"},
        {"Resource": "${Worker.Arn}", "Parameters": {"QueueUrl.$": "$.queue"}},
        {"Resource": "arn:aws:states:::lambda:invoke", "QueryLanguage": "JSONata",
         "Arguments": {"FunctionName": "${Worker.Arn}", "Payload": {"QueueUrl": "{% $states.input.queue %}"}}},
    ],
)  # fmt: skip
def test_a_task_that_learns_the_queue_when_it_runs_leaves_it_open(
    tmp_path: Path, other: dict[str, Any]
) -> None:
    assert purged(tmp_path, task("First"), other).verdict == "not judged"


def test_the_payload_of_an_invocation_is_the_event(tmp_path: Path) -> None:
    given = {"FunctionName": "${Worker.Arn}", "Payload": {"QueueUrl": "${First}"}}
    invoked = {"Resource": "arn:aws:states:::lambda:invoke", "Parameters": given}
    assert said(purged(tmp_path, invoked, granted=("First",))) == ("likely", set(), set())


def test_a_variable_that_is_not_set_reads_what_the_code_takes_instead(tmp_path: Path) -> None:
    written(tmp_path, "import boto3, os\nrows = boto3.resource('dynamodb').Table(os.getenv('TABLE', 'Rows_Default'))\n"
            "def handler(event, context): rows.scan()\n")  # fmt: skip
    template = {"Rows": {"Type": "AWS::DynamoDB::Table", "Properties": {}}, "Worker": function({"TABLE": {"Ref": "Rows"}}),
                "Role": role(LOG, allow("dynamodb:Scan", get("Rows")))}  # fmt: skip
    found = prove(tmp_path, template, call("dynamodb", "Scan", TableName="Rows_Default"))
    assert said(found) == ("proven", set(), set())


def test_a_variable_that_no_template_sets_is_unknown_and_not_left_out(tmp_path: Path) -> None:
    written(tmp_path, "import boto3, os\ndef handler(event, context):\n"
            "    boto3.client('ecs').describe_services(cluster=os.environ['CLUSTER'], services=['s'])\n")  # fmt: skip
    template = {"Worker": function(), "Role": role(LOG, allow("ecs:DescribeServices", "*"))}
    found = prove(tmp_path, template)
    [used] = [each.request.resource for each in found.report.allowed if each.call.service == "ecs"]
    assert "default" not in used


def test_the_name_of_a_queue_is_the_last_field_of_its_url(tmp_path: Path) -> None:
    name = {"Fn::Select": [4, {"Fn::Split": ["/", {"Ref": "Jobs"}]}]}
    arn = {"Fn::Sub": ["arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:${Name}", {"Name": name}]}
    template = {"Jobs": {"Type": "AWS::SQS::Queue", "Properties": {}}, "Worker": function({"QUEUE": {"Ref": "Jobs"}}),
                "Role": role(LOG, allow("sqs:SendMessage", arn))}  # fmt: skip
    url = "https://sqs.us-east-1.amazonaws.com/123456789012/jobs-1"
    made = call("sqs", "SendMessage", QueueUrl=url)
    assert said(prove(tmp_path, template, made, variables={"QUEUE": url})) == ("proven", set(), set())


@pytest.mark.parametrize(
    ("granted", "verdict"),
    [(["GetObject", "PutObject"], "not judged"), (["GetObject", "PutObject", "GetObjectTagging", "PutObjectTagging"], "proven")],
)  # fmt: skip
def test_only_a_copy_of_what_has_tags_needs_the_rights_of_tags(
    tmp_path: Path, granted: list[str], verdict: str
) -> None:
    template = {"Files": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "files"}}, "Worker": function(),
                "Role": role(LOG, allow([f"s3:{each}" for each in granted], "arn:aws:s3:::files/*"))}  # fmt: skip
    found = prove(tmp_path, template, call("s3", "CopyObject", Bucket="files", Key="b", CopySource="files/a"))
    assert said(found) == (verdict, set(), set())


def asked(operation: str, **parameters: Any) -> tuple[str, str]:
    [found] = requests(Call("apigateway", operation, parameters), AccountContext("111122223333"))
    return found.action, found.resource


def test_the_management_of_apis_is_asked_by_method_and_path() -> None:
    place = "arn:aws:apigateway:us-east-1::/restapis"
    assert asked("CreateDeployment", restApiId="a") == ("apigateway:POST", f"{place}/a/deployments")
    assert asked("GetRestApis") == ("apigateway:GET", place)
    slower = [{"op": "replace", "path": "/throttle/rateLimit", "value": "1"}]
    plan = "arn:aws:apigateway:us-east-1::/usageplans/p"
    assert asked("UpdateUsagePlan", usagePlanId="p", patchOperations=slower) == ("apigateway:PATCH", plan)
    assert asked("DeleteStage", restApiId="a", stageName="s") == ("apigateway:DELETE", f"{place}/a/stages/s")


@pytest.mark.parametrize(
    ("operation", "given"),
    [("CreateDeployment", {}), ("CreateRestApi", {"name": "a", "policy": "{}"}), ("UpdateDomainName", {"domainName": "a"}),
     ("GetDomainNameAccessAssociations", {})],
)  # fmt: skip
def test_what_takes_more_than_its_path_is_refused(operation: str, given: dict[str, Any]) -> None:
    with pytest.raises(UnmappedCallError, match=f"apigateway:{operation} cannot be mapped to IAM"):
        requests(Call("apigateway", operation, given), AccountContext("111122223333"))
