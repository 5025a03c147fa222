import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.unit.draw.templates import NETWORK, QUEUE_WORKER, function
from wellmade.draw.arrows import _FLOWS
from wellmade.draw.gather import picture_of
from wellmade.draw.picture import Flow, Frame, Picture
from wellmade.graph import Kind, load

Drawn = Callable[..., Picture]


def names(picture: Picture) -> list[str]:
    return [box.title for box in picture.boxes.values()]


def flows(picture: Picture) -> set[tuple[str, str, str]]:
    titles = {key: box.title for key, box in picture.boxes.items()}
    return {(titles[each.source], titles[each.target], each.flow.value) for each in picture.arrows}


def frame(picture: Picture, title: str) -> Frame:
    return next(each for top in picture.frames for each in top.every_frame() if each.title == title)


def test_services_are_what_does_or_keeps_something(drawn: Drawn) -> None:
    picture = drawn(QUEUE_WORKER)
    assert names(picture) == ["Inbox", "Jobs", "Dead", "Worker", "Rows"]
    assert picture.left_out == {
        "AWS::IAM::Role": 1, "AWS::Lambda::EventSourceMapping": 1, "AWS::CloudWatch::Alarm": 1, "AWS::SNS::Topic": 1,
    }  # fmt: skip


def test_arrows_follow_the_messages(drawn: Drawn) -> None:
    assert flows(drawn(QUEUE_WORKER)) == {
        ("Inbox", "Jobs", "event"),
        ("Jobs", "Dead", "dead letter"),
        ("Jobs", "Worker", "poll"),
        ("Worker", "Rows", "call"),
    }


def test_everything_has_all_with_roles_and_alarms(drawn: Drawn) -> None:
    picture = drawn(QUEUE_WORKER, "everything")
    assert set(names(picture)) == set(QUEUE_WORKER["Resources"])
    assert ("Worker", "Role", "role, policy or alarm") in flows(picture)
    assert ("Late", "OnCall", "event") in flows(picture)
    assert picture.left_out == {}


def test_a_topic_that_somebody_else_uses_is_shown(drawn: Drawn) -> None:
    template = deepcopy(QUEUE_WORKER)
    template["Resources"]["Heard"] = {
        "Type": "AWS::SNS::Subscription",
        "Properties": {
            "TopicArn": {"Ref": "OnCall"},
            "Protocol": "sqs",
            "Endpoint": {"Fn::GetAtt": ["Jobs", "Arn"]},
        },
    }
    assert "OnCall" in names(drawn(template))


@pytest.mark.parametrize(
    ("notes", "said"),
    [
        (["concurrency"], {"Worker": ("reserved 4", "at most 4 of a queue")}),
        (["alarms"], {"Jobs": ("1 alarm",)}),
        ([], {}),
    ],
)
def test_boxes_say_what_is_asked(drawn: Drawn, notes: list[str], said: dict[str, tuple[str, ...]]) -> None:
    boxes = drawn(QUEUE_WORKER, "services", *notes).boxes.values()
    assert {box.title: box.notes for box in boxes if box.notes} == said


def test_networks_frame_their_subnets_by_the_way_out(drawn: Drawn) -> None:
    picture = drawn(NETWORK)
    network = frame(picture, "Vpc · endpoints: s3")
    assert {each.title: [box.title for box in each.boxes] for each in network.frames} == {
        "isolated subnets · 1 zone": ["Machine"],
        "public subnets · 2 zones": ["Balancer"],
    }


def test_security_groups_that_open_a_connection_are_an_arrow(drawn: Drawn) -> None:
    assert flows(drawn(NETWORK)) == {("Balancer", "Machine", "call")}


LAUNCHED = {"LaunchTemplateId": {"Ref": "Template"}, "Version": "1"}


@pytest.mark.parametrize(
    "launched",
    [
        {"LaunchTemplate": LAUNCHED},
        {"MixedInstancesPolicy": {"LaunchTemplate": {"LaunchTemplateSpecification": LAUNCHED}}},
    ],
    ids=["one type", "several types"],
)
def test_security_groups_of_launch_templates_and_mount_targets_open_connections(
    drawn: Drawn, launched: dict[str, Any]
) -> None:
    group = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "of the servers"}}
    opened = {
        "GroupDescription": "of files",
        "SecurityGroupIngress": [{"SourceSecurityGroupId": {"Ref": "A"}}],
    }
    data = {"NetworkInterfaces": [{"DeviceIndex": 0, "Groups": [{"Ref": "A"}]}]}
    mount = {"FileSystemId": {"Ref": "Files"}, "SecurityGroups": [{"Ref": "B"}]}
    resources = {
        "A": group,
        "B": {"Type": "AWS::EC2::SecurityGroup", "Properties": opened},
        "Template": {"Type": "AWS::EC2::LaunchTemplate", "Properties": {"LaunchTemplateData": data}},
        "Servers": {
            "Type": "AWS::AutoScaling::AutoScalingGroup",
            "Properties": {"MinSize": "1", "MaxSize": "2", **launched},
        },
        "Files": {"Type": "AWS::EFS::FileSystem", "Properties": {}},
        "Mount": {"Type": "AWS::EFS::MountTarget", "Properties": mount},
    }
    assert flows(drawn({"Resources": resources})) == {("Servers", "Files", "call")}


def test_what_reads_a_queue_by_itself_is_drawn_from_the_queue(drawn: Drawn) -> None:
    template = deepcopy(QUEUE_WORKER)
    del template["Resources"]["Mapping"]
    assert ("Jobs", "Worker", "poll") in flows(drawn(template))


def test_a_right_to_send_dead_letters_is_no_second_arrow(drawn: Drawn) -> None:
    template = deepcopy(QUEUE_WORKER)
    dead = {"Fn::GetAtt": ["Dead", "Arn"]}
    template["Resources"]["Worker"] = function("worker", DeadLetterConfig={"TargetArn": dead})
    policy = template["Resources"]["Role"]["Properties"]["Policies"][0]["PolicyDocument"]
    policy["Statement"].append({"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": dead})
    assert {each for each in flows(drawn(template)) if each[:2] == ("Worker", "Dead")} == {
        ("Worker", "Dead", "dead letter")
    }


def with_path(path: str, kind: str = "AWS::SQS::Queue", **properties: Any) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties, "Metadata": {"aws:cdk:path": f"app/{path}/Resource"}}


def test_constructs_of_several_boxes_have_a_frame(drawn: Drawn) -> None:
    picture = drawn(
        {"Resources": {"A": with_path("Mail/In"), "B": with_path("Mail/Out"), "C": with_path("Alone/Queue")}}
    )
    assert [box.title for box in frame(picture, "Mail").boxes] == ["In", "Out"]
    assert [box.title for box in picture.frames[0].boxes] == ["Alone/Queue"]


def mail_around(worker: str) -> dict[str, Any]:
    """A construct whose queue a function outside of it polls, which writes into the construct again."""
    template = deepcopy(QUEUE_WORKER)
    for name, path in (("Jobs", "Mail/In"), ("Rows", "Mail/Rows"), ("Worker", worker)):
        template["Resources"][name]["Metadata"] = {"aws:cdk:path": f"app/{path}/Resource"}
    return template


def test_a_construct_with_a_way_out_and_in_again_has_none(drawn: Drawn) -> None:
    picture = drawn(mail_around("Worker"))
    assert [each.kind for each in picture.frames[0].every_frame()] == ["stack"]
    assert {"Mail/In", "Mail/Rows"} <= set(names(picture))


def test_a_construct_that_holds_the_whole_round_keeps_its_frame(drawn: Drawn) -> None:
    assert {box.title for box in frame(drawn(mail_around("Mail/Worker")), "Mail").boxes} == {
        "In",
        "Rows",
        "Worker",
    }


def test_an_overview_sums_constructs_up(drawn: Drawn) -> None:
    picture = drawn(mail_around("Worker"), "overview")
    mail = next(box for box in picture.boxes.values() if box.title == "Mail")
    assert (mail.kind, mail.notes) == ("1 SQS queue", ("1 DynamoDB table",))
    assert {("Mail", "Worker", "poll"), ("Worker", "Mail", "call")} <= flows(picture)


def test_stacks_of_several_accounts_are_framed_by_account(tmp_path: Path) -> None:
    artifacts = {}
    for name, environment in (("one", "111111111111/eu-west-1"), ("two", "222222222222/eu-west-1")):
        (tmp_path / f"{name}.json").write_text(json.dumps({"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}))
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "environment": f"aws://{environment}",
            "properties": {"templateFile": f"{name}.json"},
        }
    (tmp_path / "manifest.json").write_text(json.dumps({"version": "1", "artifacts": artifacts}))
    frames = picture_of(load([tmp_path])).frames
    assert [(each.title, each.frames[0].title) for each in frames] == [
        ("111111111111 eu-west-1", "one"),
        ("222222222222 eu-west-1", "two"),
    ]


def test_every_flow_of_the_graph_is_some_arrow() -> None:
    assert set(_FLOWS) == set(Kind)
    assert set(_FLOWS.values()) == set(Flow)


def test_what_stands_before_something_is_an_arrow_to_it(drawn: Drawn) -> None:
    site = {
        "Site": {
            "Type": "AWS::CloudFront::Distribution",
            "Properties": {"DistributionConfig": {"WebACLId": {"Fn::GetAtt": ["Firewall", "Arn"]}}},
        },
        "Firewall": {"Type": "AWS::WAFv2::WebACL"},
    }
    assert flows(drawn({"Resources": site})) == {("Firewall", "Site", "call")}


@pytest.mark.parametrize(
    ("service", "named", "given"),
    [
        ("WAFv2", "WebACLArn", {"Fn::GetAtt": ["Firewall", "Arn"]}),
        ("WAFRegional", "WebACLId", {"Ref": "Firewall"}),
    ],
)
def test_a_web_acl_stands_before_what_it_is_associated_with(
    drawn: Drawn, service: str, named: str, given: dict[str, Any]
) -> None:
    resources = {
        "Firewall": {"Type": f"AWS::{service}::WebACL"},
        "Balancer": {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer"},
        "Guards": {
            "Type": f"AWS::{service}::WebACLAssociation",
            "Properties": {named: given, "ResourceArn": {"Ref": "Balancer"}},
        },
    }
    assert flows(drawn({"Resources": resources})) == {("Firewall", "Balancer", "call")}


def test_an_older_web_acl_of_a_distribution_has_a_box(drawn: Drawn) -> None:
    guarded = {
        "Type": "AWS::CloudFront::Distribution",
        "Properties": {"DistributionConfig": {"WebACLId": {"Ref": "F"}}},
    }
    assert flows(drawn({"Resources": {"F": {"Type": "AWS::WAF::WebACL"}, "S": guarded}})) == {
        ("F", "S", "call")
    }


@pytest.mark.parametrize(
    "kind",
    ["AWS::DMS::ReplicationTask", "AWS::MWAA::Environment", "AWS::FSx::FileSystem", "AWS::Transfer::Server"],
)
def test_what_works_or_keeps_something_has_a_box(drawn: Drawn, kind: str) -> None:
    assert names(drawn({"Resources": {"X": {"Type": kind}}})) == ["X"]
