"""Every delivery of a deployment's graph is made, or named."""

from typing import Any

import pytest

from wellmade.local.deliveries import DELIVERS, undelivered


def template(**resources: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "Resources": {name: {"Type": kind, "Properties": props} for name, (kind, props) in resources.items()}
    }


def arn(name: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [name, "Arn"]}


def rule_to(target: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return "AWS::Events::Rule", {"EventPattern": {"source": ["a"]}, "Targets": [{"Id": "1", "Arn": target}]}


def test_a_rule_that_starts_what_is_not_there_is_named() -> None:
    jobs = template(Rule=rule_to({"Ref": "Jobs"}), Jobs=("AWS::Batch::JobQueue", {}))

    assert undelivered({"shop": jobs}, {}) == [
        "shop: nothing is delivered: Rule invokes without waiting Jobs (AWS::Batch::JobQueue)"
    ]


def test_what_is_delivered_is_not_named() -> None:
    queue = template(Rule=rule_to(arn("Queue")), Queue=("AWS::SQS::Queue", {}))

    assert undelivered({"shop": queue}, {}) == []


def test_instances_are_started_by_nothing_that_is_delivered() -> None:
    group = {"LaunchConfigurationName": {"Ref": "Kind"}}
    kinds = template(
        Group=("AWS::AutoScaling::AutoScalingGroup", group),
        Kind=("AWS::AutoScaling::LaunchConfiguration", {}),
    )

    assert undelivered({"shop": kinds}, {}) == []


def test_a_source_that_nobody_polls_is_named() -> None:
    mapping = {"EventSourceArn": arn("Broker"), "FunctionName": {"Ref": "Worker"}}
    found = undelivered(
        {
            "shop": template(
                Broker=("AWS::AmazonMQ::Broker", {}),
                Worker=("AWS::Lambda::Function", {}),
                Mapping=("AWS::Lambda::EventSourceMapping", mapping),
            )
        },
        {},
    )

    assert found == [
        "shop: nothing is delivered: Broker is polled for Worker (AWS::Lambda::Function), defined by Mapping"
    ]


def test_what_a_condition_leaves_out_is_not_named() -> None:
    jobs = template(Rule=rule_to({"Ref": "Jobs"}), Jobs=("AWS::Batch::JobQueue", {}))

    assert undelivered({"shop": jobs}, {"shop": {"Jobs"}}) == []


def test_empty_names_are_not_the_same_name() -> None:
    empty = {"Ref": "Nothing"}
    mail = {"Protocol": "email", "Endpoint": empty, "TopicArn": {"Ref": "Topic"}}
    both = template(
        Topic=("AWS::SNS::Topic", {}),
        Mail=("AWS::SNS::Subscription", mail),
        Table=("AWS::DynamoDB::Table", {"TableName": empty}),
    )

    assert (
        undelivered({"shop": {**both, "Parameters": {"Nothing": {"Type": "String", "Default": ""}}}}, {})
        == []
    )


@pytest.mark.parametrize("via", sorted(DELIVERS))
def test_the_table_names_types_of_aws(via: str) -> None:
    assert all(kind.count("::") == 2 for kind in (via, *DELIVERS[via]))
