import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn

from wellmade.foundation import PythonFunction
from wellmade.kit.packaging import bundled_handlers
from wellmade.messaging import EventHub, FanOutTopic
from wellmade.testing import synthesize

CONTRACTS = bundled_handlers() / "sample_shop" / "contracts"
PLACED = "OrderPlaced.v1"
EUROS = {"currency": ["EUR"]}


def define(stack: cdk.Stack) -> EventHub:
    hub = EventHub(stack, "Shop", contracts=CONTRACTS)
    hub.add_queue("Billing", sqs.Queue(stack, "Queue"), event=PLACED, where=EUROS)
    hub.add_topic("All", FanOutTopic(stack, "Orders"), event=PLACED)
    pass_on = sfn.DefinitionBody.from_chainable(sfn.Pass(stack, "Pass"))
    machine: Any = sfn.StateMachine(stack, "Saga", definition_body=pass_on)
    hub.add_workflow("Saga", machine, event=PLACED)
    return hub


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(define)


def of_type(template: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [r["Properties"] for r in template["Resources"].values() if r["Type"] == kind]


def test_every_target_has_a_dead_letter_queue_and_retries(template: dict[str, Any]) -> None:
    targets = [rule["Targets"][0] for rule in of_type(template, "AWS::Events::Rule")]
    assert len({json.dumps(target["DeadLetterConfig"]["Arn"]) for target in targets}) == 3
    assert {target["RetryPolicy"]["MaximumEventAgeInSeconds"] for target in targets} == {86400}


def test_rules_ask_for_one_event_and_filter_its_contents(template: dict[str, Any]) -> None:
    patterns = [rule["EventPattern"] for rule in of_type(template, "AWS::Events::Rule")]
    assert {tuple(pattern["detail-type"]) for pattern in patterns} == {(PLACED,)}
    assert [pattern["detail"] for pattern in patterns if "detail" in pattern] == [EUROS]


def test_every_event_is_kept_to_be_replayed(template: dict[str, Any]) -> None:
    [archive] = of_type(template, "AWS::Events::Archive")
    assert archive["RetentionDays"] == 30
    assert "EventPattern" not in archive


def test_a_workflow_starts_with_the_detail_alone(template: dict[str, Any]) -> None:
    started = [
        r["Targets"][0] for r in of_type(template, "AWS::Events::Rule") if "RoleArn" in r["Targets"][0]
    ]
    assert [target["InputPath"] for target in started] == ["$.detail"]


def test_alarms_on_each_consumer(template: dict[str, Any]) -> None:
    alarms = of_type(template, "AWS::CloudWatch::Alarm")
    failed = [a for a in alarms if a["MetricName"] == "FailedInvocations"]
    assert {tuple(d["Name"] for d in a["Dimensions"]) for a in failed} == {("EventBusName", "RuleName")}
    assert len(failed) == 3


def test_grants_each_rule_its_target_and_nothing_else(template: dict[str, Any]) -> None:
    policies = of_type(template, "AWS::SQS::QueuePolicy") + of_type(template, "AWS::SNS::TopicPolicy")
    allowed = [
        (statement["Action"], json.dumps(statement["Condition"]))
        for policy in policies
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow" and statement["Principal"] == {"Service": "events.amazonaws.com"}
    ]
    # Three dead-letter queues, the queue and the topic, each for the ARN of one rule.
    assert sorted(action for action, _ in allowed) == ["sns:Publish", *["sqs:SendMessage"] * 4]
    assert len({condition for _, condition in allowed}) == 3
    roles = [
        r
        for r in of_type(template, "AWS::IAM::Role")
        if "events" in json.dumps(r["AssumeRolePolicyDocument"])
    ]
    [statement] = roles[0]["Policies"][0]["PolicyDocument"]["Statement"]
    assert statement["Action"] == "states:StartExecution"
    assert "aws:SourceArn" in json.dumps(roles[0]["AssumeRolePolicyDocument"])


def test_the_topics_key_asks_no_source_of_eventbridge_which_tells_none(template: dict[str, Any]) -> None:
    statements = [s for key in of_type(template, "AWS::KMS::Key") for s in key["KeyPolicy"]["Statement"]]
    [statement] = [s for s in statements if s["Principal"] == {"Service": "events.amazonaws.com"}]
    assert "kms:GenerateDataKey*" in statement["Action"]
    assert "Condition" not in statement


def test_serves_a_producer_with_one_action(stack: cdk.Stack, synth: Callable[[], dict[str, Any]]) -> None:
    producer = PythonFunction(stack, "Producer", package="order_intake")
    EventHub(stack, "Shop").serve(producer)
    template = synth()
    [role] = of_type(template, "AWS::IAM::Role")
    [statement] = [
        s for s in role["Policies"][0]["PolicyDocument"]["Statement"] if "events" in json.dumps(s["Action"])
    ]
    assert statement["Action"] == "events:PutEvents"
    [function] = of_type(template, "AWS::Lambda::Function")
    assert "EVENT_BUS_NAME" in function["Environment"]["Variables"]


def test_other_accounts_of_the_organization_alone_may_publish(
    stack: cdk.Stack, synth: Callable[[], dict[str, Any]]
) -> None:
    EventHub(stack, "Shop", organization="o-1234567890")
    [policy] = of_type(synth(), "AWS::Events::EventBusPolicy")
    assert policy["Statement"]["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}
    assert policy["Statement"]["Action"] == "events:PutEvents"


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "event_hub")


@pytest.mark.parametrize(
    ("event", "message"),
    [
        (
            "OrderPlaced",
            "Test/Shop/Billing: event must be a name with a version, such as 'OrderPlaced.v1', got "
            "'OrderPlaced'; add the version, so that a breaking change can go beside it",
        ),
        (
            "SendEmail.v1",
            "Test/Shop/Billing: event must be what happened, got the command 'SendEmail.v1'; "
            "name what happened, such as 'OrderPlaced.v1', or send the command to a queue",
        ),
        (
            "OrderLost.v1",
            "Test/Shop/Billing: event must be one of OrderPlaced.v1, got 'OrderLost.v1'; "
            f"add OrderLost.v1.json to {CONTRACTS}",
        ),
    ],
)
def test_refuses_events_that_nobody_promised(stack: cdk.Stack, event: str, message: str) -> None:
    hub = EventHub(stack, "Shop", contracts=CONTRACTS)
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        hub.add_queue("Billing", sqs.Queue(stack, "Queue"), event=event)


def test_refuses_a_fifo_queue(stack: cdk.Stack) -> None:
    hub = EventHub(stack, "Shop")
    said = (
        "Test/Shop/Billing: queue must be a standard queue, got a FIFO queue; "
        "let a workflow send to it, which knows the group of each event"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        hub.add_queue("Billing", sqs.Queue(stack, "Queue", fifo=True), event=PLACED)


def test_refuses_retries_beyond_what_the_bus_does(stack: cdk.Stack) -> None:
    said = "Test/Shop: retry_for must be between 60 and 86400, got 90000; 24 hours outlast an outage"
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        EventHub(stack, "Shop", retry_for=cdk.Duration.hours(25))


def test_refuses_a_contract_that_breaks_a_promise(stack: cdk.Stack, tmp_path: Path) -> None:
    (tmp_path / "released").mkdir()
    schema = json.loads((CONTRACTS / f"{PLACED}.json").read_text())
    (tmp_path / "released" / f"{PLACED}.json").write_text(json.dumps(schema))
    del schema["properties"]["currency"]
    (tmp_path / f"{PLACED}.json").write_text(json.dumps(schema))
    said = (
        f"Test/Shop: {tmp_path}: OrderPlaced.v1: currency is gone; "
        "consumers of OrderPlaced.v1 break, publish OrderPlaced.v2 beside it"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        EventHub(stack, "Shop", contracts=tmp_path)


def test_a_consumer_of_another_stack_touches_no_publisher() -> None:
    app = cdk.App(builtin_cloud_formation_validation=False, analytics_reporting=False)
    stacks = cdk.Stack(app, "Publisher"), cdk.Stack(app, "Consumer")
    queue: Any = sqs.Queue(stacks[1], "Queue")
    EventHub(stacks[0], "Shop").add_queue("Billing", queue, event=PLACED)
    publisher, consumer = (app.synth().get_stack_by_name(stack.stack_name).template for stack in stacks)
    assert not of_type(publisher, "AWS::Events::Rule")
    assert len(of_type(consumer, "AWS::Events::Rule")) == 1
    queues = [r for r in consumer["Resources"].values() if r["Type"] == "AWS::SQS::Queue"]
    assert len(queues) == 2  # its own and the one of what could not be delivered


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (
            {"currency": "EUR"},
            "where.currency must be a list of values or conditions, got 'EUR'; write ['EUR']",
        ),
        ({"a": {"b": []}}, "where.a.b must be a list of values or conditions, got []; write [[]]"),
    ],
)
def test_refuses_a_filter_that_lets_nothing_through(stack: cdk.Stack, where: Any, said: str) -> None:
    queue: Any = sqs.Queue(stack, "Queue")
    hub = EventHub(stack, "Shop")
    with pytest.raises(ValueError, match=re.escape(f"Test/Shop/Billing: {said}")):
        hub.add_queue("Billing", queue, event=PLACED, where=where)


def test_refuses_an_imported_queue(stack: cdk.Stack) -> None:
    queue: Any = sqs.Queue.from_queue_arn(stack, "Queue", "arn:aws:sqs:eu-west-1:111122223333:orders")
    with pytest.raises(
        ValueError, match="queue must be one whose policy is defined in this app, got an imported"
    ):
        EventHub(stack, "Shop").add_queue("Billing", queue, event=PLACED)
