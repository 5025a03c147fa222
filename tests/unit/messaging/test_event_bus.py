import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn

from tests.templates import actions, ids_of, of_type, stateful, statements, the
from wellmade.foundation import DurableQueue, PythonFunction, RefusedError, monitor
from wellmade.kit.packaging import bundled_handlers
from wellmade.messaging import EventBus, FanOutTopic, OrderedQueueWorker, QueueWorker
from wellmade.testing import synthesize

Synth = Callable[[], dict[str, Any]]
CONTRACTS = bundled_handlers() / "sample_shop" / "contracts"
PLACED = "OrderPlaced.v1"
EUROS = {"currency": ["EUR"]}
ACCOUNT = "eu-west-1:111122223333"


def machine(stack: cdk.Stack) -> sfn.StateMachine:
    pass_on = sfn.DefinitionBody.from_chainable(sfn.Pass(stack, "Pass"))
    return sfn.StateMachine(stack, "Saga", definition_body=pass_on)


def define(stack: cdk.Stack, **options: Any) -> EventBus:
    bus = EventBus(stack, "Shop", contracts=CONTRACTS, **options)
    bus.add_target("Billing", DurableQueue(stack, "Queue"), event=PLACED, detail=EUROS)
    bus.add_target("All", FanOutTopic(stack, "Orders"), event=PLACED)
    bus.add_target("Saga", machine(stack), event=PLACED)
    bus.add_target("Mail", PythonFunction(stack, "Mailer", code="order_worker"), event=PLACED)
    return bus


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(define)


def targets(template: dict[str, Any]) -> list[dict[str, Any]]:
    return [rule["Targets"][0] for rule in of_type(template, "AWS::Events::Rule")]


def test_every_target_has_a_dead_letter_queue_and_retries(template: dict[str, Any]) -> None:
    assert len({json.dumps(target["DeadLetterConfig"]["Arn"]) for target in targets(template)}) == 4
    assert {t["RetryPolicy"]["MaximumEventAgeInSeconds"] for t in targets(template)} == {86400}


def test_rules_ask_for_one_event_and_filter_its_contents(template: dict[str, Any]) -> None:
    patterns = [rule["EventPattern"] for rule in of_type(template, "AWS::Events::Rule")]
    assert {tuple(pattern["detail-type"]) for pattern in patterns} == {(PLACED,)}
    assert [pattern["detail"] for pattern in patterns if "detail" in pattern] == [EUROS]


def test_archives_every_event(template: dict[str, Any]) -> None:
    archive = the(template, "AWS::Events::Archive")
    assert archive["RetentionDays"] == 30
    assert "EventPattern" not in archive


def test_a_workflow_starts_with_the_detail_alone(template: dict[str, Any]) -> None:
    assert [t["InputPath"] for t in targets(template) if "RoleArn" in t] == ["$.detail"]


def test_a_function_is_invoked_by_its_rule_and_keeps_what_it_fails_on(template: dict[str, Any]) -> None:
    permission = the(template, "AWS::Lambda::Permission")
    config = the(template, "AWS::Lambda::EventInvokeConfig")
    [rule] = [r for r in of_type(template, "AWS::Events::Rule") if "Mailer" in str(r["Targets"])]
    assert permission["Principal"] == "events.amazonaws.com"
    assert permission["SourceArn"]["Fn::Join"][1][-1] == f"/{rule['Name']}"
    failed = config["DestinationConfig"]["OnFailure"]["Destination"]
    assert failed == rule["Targets"][0]["DeadLetterConfig"]["Arn"]
    assert "sqs:SendMessage" in actions(template, "MailerRole")


def test_alarms_on_each_target(template: dict[str, Any]) -> None:
    alarms = of_type(template, "AWS::CloudWatch::Alarm")
    failed = [a for a in alarms if a["MetricName"] == "FailedInvocations"]
    assert {tuple(d["Name"] for d in a["Dimensions"]) for a in failed} == {("EventBusName", "RuleName")}
    assert len(failed) == 4


def test_alarms_by_target(stack: cdk.Stack) -> None:
    bus = EventBus(stack, "Shop")
    quiet: Any = {"failed_deliveries": None, "undelivered": 5}
    rule = bus.add_target("Mine", DurableQueue(stack, "Queue"), event=PLACED, alarm_thresholds=quiet)
    assert [alarm.node.id for alarm in bus.alarms] == ["UndeliveredAlarm"]
    assert rule.alarms.undelivered in bus.alarms


def test_is_shown_by_monitor(stack: cdk.Stack, synth: Synth) -> None:
    monitor(stack, define(stack))
    body = str(the(synth(), "AWS::CloudWatch::Dashboard")["DashboardBody"])
    assert "Shop: failed deliveries" in body


def test_grants_each_rule_its_target_and_nothing_else(template: dict[str, Any]) -> None:
    policies = of_type(template, "AWS::SQS::QueuePolicy") + of_type(template, "AWS::SNS::TopicPolicy")
    allowed = [
        (statement["Action"], json.dumps(statement["Condition"]))
        for policy in policies
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow" and statement["Principal"] == {"Service": "events.amazonaws.com"}
    ]
    # Four dead-letter queues, the queue and the topic, each for the ARN of one rule.
    assert sorted(action for action, _ in allowed) == ["sns:Publish", *["sqs:SendMessage"] * 5]
    assert len({condition for _, condition in allowed}) == 4
    assert [s["Action"] for s in statements(template, "ShopSagaRole")] == ["states:StartExecution"]


def test_the_topics_key_asks_no_source_of_eventbridge_which_tells_none(template: dict[str, Any]) -> None:
    found = [s for key in of_type(template, "AWS::KMS::Key") for s in key["KeyPolicy"]["Statement"]]
    [statement] = [s for s in found if s["Principal"] == {"Service": "events.amazonaws.com"}]
    assert "kms:GenerateDataKey*" in statement["Action"]
    assert "Condition" not in statement


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "event_bus")


def test_connects_a_producer_with_one_action(stack: cdk.Stack, synth: Synth) -> None:
    EventBus(stack, "Shop").connect(PythonFunction(stack, "Producer", code="order_intake"))
    template = synth()
    assert [a for a in actions(template, "Producer") if a.startswith("events:")] == ["events:PutEvents"]
    assert "EVENT_BUS_NAME" in the(template, "AWS::Lambda::Function")["Environment"]["Variables"]


def test_grants_publishing_and_nothing_else(stack: cdk.Stack, synth: Synth) -> None:
    role = iam.Role(stack, "Producer", assumed_by=cast(iam.IPrincipal, iam.AccountRootPrincipal()))
    EventBus(stack, "Shop").grant_publish(role)
    assert actions(synth(), "Producer") == {"events:PutEvents"}


def test_other_accounts_of_the_organization_alone_may_publish(stack: cdk.Stack, synth: Synth) -> None:
    EventBus(stack, "Shop", organization="o-1234567890")
    policy = the(synth(), "AWS::Events::EventBusPolicy")
    assert policy["Statement"]["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}
    assert policy["Statement"]["Action"] == "events:PutEvents"


def test_takes_a_bus_of_the_user(stack: cdk.Stack, synth: Synth) -> None:
    theirs = events.EventBus(stack, "Theirs")
    bus = EventBus(stack, "Shop", bus=theirs, archive_retention=None)
    bus.add_target("Billing", DurableQueue(stack, "Queue"), event=PLACED)
    template = synth()
    assert len(ids_of(template, "AWS::Events::EventBus")) == 1
    assert not ids_of(template, "AWS::Events::Archive")
    said = "Test/Shop: archive_retention must be given for an archive, got None; leave it at 30 days"
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        _ = bus.archive


def test_a_rule_of_the_default_bus_has_no_bus_in_its_arn(stack: cdk.Stack, synth: Synth) -> None:
    default = events.EventBus.from_event_bus_name(stack, "Default", "default")
    EventBus(stack, "Shop", bus=default).add_target("Billing", DurableQueue(stack, "Queue"), event=PLACED)
    template = synth()
    name = the(template, "AWS::Events::Rule")["Name"]
    policies = json.dumps(of_type(template, "AWS::SQS::QueuePolicy"))
    assert f":rule/{name}" in policies
    assert "rule/default" not in policies


@pytest.mark.parametrize(
    ("name", "dimensions"), [("default", ["RuleName"]), ("partner", ["EventBusName", "RuleName"])]
)
def test_alarms_look_where_the_bus_publishes(
    stack: cdk.Stack, synth: Synth, name: str, dimensions: list[str]
) -> None:
    """CloudWatch has metrics of the default bus by the rule alone."""
    theirs = events.EventBus.from_event_bus_name(stack, "Theirs", name)
    EventBus(stack, "Shop", bus=theirs, archive_retention=None).add_target(
        "Billing", DurableQueue(stack, "Queue"), event=PLACED
    )
    [failed] = [
        a for a in of_type(synth(), "AWS::CloudWatch::Alarm") if a["MetricName"] == "FailedInvocations"
    ]
    assert [each["Name"] for each in failed["Dimensions"]] == dimensions


def test_takes_imported_targets_and_says_what_their_owners_must_allow(stack: cdk.Stack, synth: Synth) -> None:
    bus = EventBus(stack, "Shop")
    queue = sqs.Queue.from_queue_arn(stack, "Queue", f"arn:aws:sqs:{ACCOUNT}:orders")
    bus.add_target("Queue", queue, event=PLACED)
    topic = sns.Topic.from_topic_arn(stack, "Topic", f"arn:aws:sns:{ACCOUNT}:orders")
    bus.add_target("Topic", topic, event=PLACED)
    function = lambda_.Function.from_function_arn(
        stack, "Function", f"arn:aws:lambda:{ACCOUNT}:function:orders"
    )
    bus.add_target("Function", function, event=PLACED)
    saga = f"arn:aws:states:{ACCOUNT}:stateMachine:orders"
    bus.add_target("Saga", sfn.StateMachine.from_state_machine_arn(stack, "Saga", saga), event=PLACED)
    assert {target["Arn"].split(":")[2] for target in targets(synth())} == {"sqs", "sns", "lambda", "states"}
    said = [
        m.data for each in stack.node.find_all() for m in each.node.metadata if m.type == "aws:cdk:warning"
    ]
    for wanted in ("call sqs:SendMessage", "call sns:Publish", "drops events that it fails on three times"):
        assert [text for text in said if wanted in str(text)], wanted


def test_a_message_group_makes_a_standard_queue_fair(stack: cdk.Stack, synth: Synth) -> None:
    worker = QueueWorker(stack, "Billing", function="order_worker")
    EventBus(stack, "Shop").add_target("Billing", worker, event=PLACED, message_group_id="shop")
    assert [t["SqsParameters"] for t in targets(synth())] == [{"MessageGroupId": "shop"}]


def test_a_fifo_queue_takes_events_of_one_group(stack: cdk.Stack, synth: Synth) -> None:
    queue = sqs.Queue(stack, "Queue", fifo=True, content_based_deduplication=True)
    EventBus(stack, "Shop").add_target("Billing", queue, event=PLACED, message_group_id="shop")
    assert [t["SqsParameters"] for t in targets(synth())] == [{"MessageGroupId": "shop"}]


def test_an_ordered_worker_takes_events_of_one_group(stack: cdk.Stack, synth: Synth) -> None:
    worker = OrderedQueueWorker(stack, "Ledger", function="ledger_worker", message_group_key="account")
    EventBus(stack, "Shop").add_target("Ledger", worker, event=PLACED, message_group_id="shop")
    template = synth()
    assert [t["SqsParameters"] for t in targets(template)] == [{"MessageGroupId": "shop"}]
    assert [q for q in of_type(template, "AWS::SQS::Queue") if q.get("ContentBasedDeduplication")]


def test_one_key_of_the_user_encrypts_all_without_a_cycle(stack: cdk.Stack, synth: Synth) -> None:
    key = kms.Key(stack, "Key")
    bus = EventBus(stack, "Shop", encryption_key=key)
    bus.add_target("Billing", DurableQueue(stack, "Queue", encryption_key=key), event=PLACED)
    template = synth()
    assert "KmsKeyIdentifier" in the(template, "AWS::Events::EventBus")
    assert "KmsKeyIdentifier" in the(template, "AWS::Events::Archive")
    assert all("KmsMasterKeyId" in queue for queue in of_type(template, "AWS::SQS::Queue"))
    [theirs] = [k for k in of_type(template, "AWS::KMS::Key") if "events.amazonaws.com" in str(k)]
    assert "Fn::GetAtt" not in str(theirs)


def test_a_function_with_a_failure_path_of_its_own_keeps_it(stack: cdk.Stack, synth: Synth) -> None:
    function = PythonFunction(stack, "Mailer", code="order_worker")
    function.configure_async_invoke(retry_attempts=1)
    bus = EventBus(stack, "Shop")
    bus.add_target("Mail", function, event=PLACED)
    bus.add_target("Again", function, event="OrderShipped.v1")
    assert len(ids_of(synth(), "AWS::Lambda::EventInvokeConfig")) == 1


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
    bus = EventBus(stack, "Shop", contracts=CONTRACTS)
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        bus.add_target("Billing", DurableQueue(stack, "Queue"), event=event)


@pytest.mark.parametrize(
    ("queue", "options", "message"),
    [
        (
            {"fifo": True},
            {},
            "message_group_id must be given for a FIFO queue, got None; give the group of all events of this "
            "rule, or let a workflow send, which knows each one's",
        ),
        (
            {"fifo": True},
            {"message_group_id": "shop"},
            "target must be one with content_based_deduplication, since EventBridge sends no deduplication "
            "id, got a FIFO queue without it; switch it on where the queue is defined",
        ),
        (
            {},
            {"detail": {"currency": "EUR"}},
            "detail.currency must be a list of values or conditions, got 'EUR'; write ['EUR']",
        ),
        (
            {},
            {"detail": {"a": {"b": []}}},
            "detail.a.b must be a list of values or conditions, got []; write [[]]",
        ),
    ],
)
def test_refuses_what_would_deliver_nothing(
    stack: cdk.Stack, queue: dict[str, Any], options: dict[str, Any], message: str
) -> None:
    theirs = sqs.Queue(stack, "Queue", **queue)
    with pytest.raises(ValueError, match=f"^{re.escape('Test/Shop/Billing: ' + message)}$"):
        EventBus(stack, "Shop").add_target("Billing", theirs, event=PLACED, **options)


def test_refuses_what_no_rule_delivers_to(stack: cdk.Stack) -> None:
    said = (
        "Test/Shop/Billing: target must be a queue, a worker with one, a topic, a workflow, a state machine or "
        "a function, got Role; let a function take the event and pass it on"
    )
    wrong: Any = iam.Role(stack, "Role", assumed_by=cast(iam.IPrincipal, iam.AccountRootPrincipal()))
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        EventBus(stack, "Shop").add_target("Billing", wrong, event=PLACED)


def test_refuses_a_message_group_for_a_topic(stack: cdk.Stack) -> None:
    said = (
        "Test/Shop/All: message_group_id must be given for queues alone, got 'shop' for FanOutTopic; "
        "leave it out"
    )
    topic = FanOutTopic(stack, "Orders")
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        EventBus(stack, "Shop").add_target("All", topic, event=PLACED, message_group_id="shop")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"max_event_age": cdk.Duration.hours(25)},
            "max_event_age must be between 60 and 86400, got 90000; 24 hours outlast an outage",
        ),
        (
            {"archive_retention": cdk.Duration.hours(36)},
            "archive_retention must be in whole days, got 129600 s; round it up, or give None for no archive",
        ),
    ],
)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape('Test/Shop: ' + message)}$"):
        EventBus(stack, "Shop", **options)


def test_refuses_a_contract_that_breaks_a_promise(stack: cdk.Stack, tmp_path: Path) -> None:
    (tmp_path / "released").mkdir()
    schema = json.loads((CONTRACTS / f"{PLACED}.json").read_text())
    (tmp_path / "released" / f"{PLACED}.json").write_text(json.dumps(schema))
    del schema["properties"]["currency"]
    (tmp_path / f"{PLACED}.json").write_text(json.dumps(schema))
    said = (
        "Test/Shop: contracts must be schemas that keep what was promised, "
        f'got {tmp_path}: OrderPlaced.v1: currency: type was "string" and is not named; the new event '
    )
    with pytest.raises(RefusedError, match=f"^{re.escape(said)}"):
        EventBus(stack, "Shop", contracts=tmp_path)


def test_refuses_a_contract_that_cannot_be_read(stack: cdk.Stack, tmp_path: Path) -> None:
    (tmp_path / f"{PLACED}.json").write_text('{"type": "strnig"}')
    said = (
        "Test/Shop: contracts must be schemas that keep what was promised, "
        f"got {tmp_path / PLACED}.json: type must be a JSON Schema of 2020-12, 'strnig' is not valid under any "
        'of the given schemas; correct it, or name the draft that it is written for in "$schema"'
    )
    with pytest.raises(RefusedError, match=f"^{re.escape(said)}$"):
        EventBus(stack, "Shop", contracts=tmp_path)


def test_refuses_at_synth_a_target_without_a_dead_letter_queue(
    stack: cdk.Stack, refused: Callable[[], str]
) -> None:
    rule = EventBus(stack, "Shop").add_target("Billing", DurableQueue(stack, "Queue"), event=PLACED)
    rule.resource.add_property_deletion_override("Targets.0.DeadLetterConfig")
    assert "Test/Shop/Billing: dead_letter_config must be set on every target, got None" in refused()


def test_refuses_at_synth_a_renamed_rule(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    rule = EventBus(stack, "Shop").add_target("Billing", DurableQueue(stack, "Queue"), event=PLACED)
    rule.resource.add_property_override("Name", "billing")
    assert re.search(
        r"Test/Shop/Billing: name must be test-shop-billing-rule-\w{8}, got billing; leave it", refused()
    )


def test_a_consumer_of_another_stack_touches_no_publisher() -> None:
    app = cdk.App(builtin_cloud_formation_validation=False, analytics_reporting=False)
    publisher, consumers = cdk.Stack(app, "Publisher"), cdk.Stack(app, "Consumer")
    bus = EventBus(publisher, "Shop")
    bus.add_target("Billing", DurableQueue(consumers, "Queue"), event=PLACED)
    bus.add_target("Mail", PythonFunction(consumers, "Mailer", code="order_worker"), event=PLACED)
    bus.add_target("Saga", machine(consumers), event=PLACED)
    assembly = app.synth()
    assert not of_type(assembly.get_stack_by_name("Publisher").template, "AWS::Events::Rule")
    consumer = assembly.get_stack_by_name("Consumer").template
    assert len(of_type(consumer, "AWS::Events::Rule")) == 3


@pytest.mark.parametrize(
    "options",
    [
        {"max_event_age": cdk.Duration.hours(1)},
        {"archive_retention": cdk.Duration.days(60)},
        {"organization": "o-1234567890"},
        {"removal_policy": cdk.RemovalPolicy.DESTROY},
    ],
)
def test_tuning_a_deployed_bus_deletes_nothing(template: dict[str, Any], options: dict[str, Any]) -> None:
    assert stateful(template).items() <= stateful(synthesize(lambda stack: define(stack, **options))).items()
