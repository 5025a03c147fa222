"""What load balancers send to: containers and their ports, instances, and the kind of a target group."""

from pathlib import Path

import pytest

from tests.unit.check.snippets import findings
from wellmade.check.registry import rule_of
from wellmade.check.run import check
from wellmade.graph import load

SERVICE = """
  Service:
    Type: AWS::ECS::Service
    Properties:
      TaskDefinition: !Ref Task
      LoadBalancers: [{ContainerName: web, ContainerPort: %s, TargetGroupArn: !Ref Group}]"""
WORN = """
      NetworkConfiguration: {AwsvpcConfiguration: {SecurityGroups: [!GetAtt Inside.GroupId]}}"""
TASK = """
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties: {%s, ContainerDefinitions: [{Name: %s, PortMappings: %s}]}"""
GROUP = """
  Group: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {TargetType: %s, Port: 8080%s}}"""
AWSVPC, MAPPED = "NetworkMode: awsvpc", "[{ContainerPort: 8080}]"
INSTANCE = "\n  One: {Type: AWS::EC2::Instance, Properties: {SecurityGroupIds: [!GetAtt Inside.GroupId]}}"
TARGETS = ", Targets: [{Id: %s%s}]"
FLEET = """
  Fleet:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties:
      MinSize: "1"
      MaxSize: "2"
      TargetGroupARNs: [!Ref Group]
      %s
  Start:
    Type: AWS::EC2::LaunchTemplate
    Properties: {LaunchTemplateData: {%s}}
  Setup:
    Type: AWS::AutoScaling::LaunchConfiguration
    Properties: {SecurityGroups: [!GetAtt Inside.GroupId]}"""
BY_TEMPLATE = "LaunchTemplate: {LaunchTemplateId: !Ref Start, Version: '1'}"
MIXED = (
    "MixedInstancesPolicy: {LaunchTemplate: {LaunchTemplateSpecification: {LaunchTemplateId: !Ref Start}}}"
)
OWN = "SecurityGroupIds: [!GetAtt Inside.GroupId]"
OF_INTERFACE = "NetworkInterfaces: [{DeviceIndex: 0, Groups: [!GetAtt Inside.GroupId]}]"
NETWORK = """
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {SecurityGroups: [!GetAtt Outside.GroupId]}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      Port: 443
      DefaultActions: [{Type: forward, TargetGroupArn: !Ref Group}]
  Outside:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: outside
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}]
  Inside:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: inside
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: %s, ToPort: %s, SourceSecurityGroupId: !GetAtt Outside.GroupId}"""


@pytest.mark.parametrize(
    ("port", "mode", "container", "mapped", "found"),
    [
        (8080, AWSVPC, "web", MAPPED, []),
        (8080, AWSVPC, "web", "!Ref AWS::NoValue", ["is 8080, and container web of Task maps no port"]),
        (80, "NetworkMode: bridge", "web", MAPPED, ["is 80, and container web of Task maps 8080"]),
        (8080, AWSVPC, "app", MAPPED, ["names web, and Task has no such container (it has app)"]),
        (80, AWSVPC, "web", "[{ContainerPortRange: 80-90}]", []),
        (80, AWSVPC, "web", "[{ContainerPort: !ImportValue port}]", []),
        (80, AWSVPC, "!ImportValue name", MAPPED, []),
        ("!ImportValue port", AWSVPC, "web", MAPPED, []),
    ],
)
def test_a_service_names_a_mapped_port_of_a_container(
    tmp_path: Path, port: object, mode: str, container: str, mapped: str, found: list[str]
) -> None:
    resources = SERVICE % port + TASK % (mode, container, mapped) + GROUP % ("ip", "")
    assert findings(tmp_path, "container-port", resources) == [f"Service {each}" for each in found]


@pytest.mark.parametrize(
    ("kind", "registers", "found"),
    [
        ("ip", SERVICE % 8080 + TASK % (AWSVPC, "web", MAPPED), ""),
        (
            "instance",
            SERVICE % 8080 + TASK % (AWSVPC, "web", MAPPED),
            "Service registers tasks in network mode awsvpc",
        ),
        ("ip", SERVICE % 8080 + TASK % ("NetworkMode: host", "web", MAPPED), "tasks in network mode host"),
        ("instance", SERVICE % 8080 + TASK % ("NetworkMode: bridge", "web", MAPPED), ""),
        ("instance", SERVICE % 8080 + TASK % ("NetworkMode: !ImportValue m", "web", MAPPED), ""),
        ("ip", FLEET % (BY_TEMPLATE, OWN), "Fleet registers instances"),
        ("instance", FLEET % (BY_TEMPLATE, OWN), ""),
        ("!ImportValue kind", FLEET % (BY_TEMPLATE, OWN), ""),
        ("!If [Large, ip, instance]", FLEET % (BY_TEMPLATE, OWN), ""),
    ],
)
def test_a_target_group_takes_what_is_registered(
    tmp_path: Path, kind: str, registers: str, found: str
) -> None:
    told = findings(tmp_path, "target-kind", registers + GROUP % (kind, ""))
    assert [each for each in told if found in each] == told
    assert bool(told) is bool(found)


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [
        ("instance", "!Ref One", ""),
        ("ip", "!GetAtt One.PrivateIp", ""),
        ("ip", "!Ref One", "Group is ip, but Group registers One by its id"),
        ("instance", "!GetAtt One.PrivateIp", "Group is instance, but Group registers One by its address"),
        ("lambda", "!Ref One", "Group is lambda, but Group registers One by its id"),
    ],
)
def test_targets_are_named_as_their_kind_asks(tmp_path: Path, kind: str, value: str, found: str) -> None:
    told = findings(tmp_path, "target-kind", INSTANCE + GROUP % (kind, TARGETS % (value, "")))
    assert told == ([found] if found else [])


@pytest.mark.parametrize(
    ("open_port", "targets", "instances", "name"),
    [
        (80, TARGETS % ("!Ref One", ""), INSTANCE, "One"),
        (8080, TARGETS % ("!Ref One", ", Port: 80"), INSTANCE, "One"),
        (80, "", FLEET % (BY_TEMPLATE, OWN), "Fleet"),
        (80, "", FLEET % (BY_TEMPLATE, OF_INTERFACE), "Fleet"),
        (80, "", FLEET % (MIXED, OWN), "Fleet"),
        (80, "", FLEET % ("LaunchConfigurationName: !Ref Setup", ""), "Fleet"),
    ],
)
def test_instances_are_reached_on_the_port_of_their_group(
    tmp_path: Path, open_port: int, targets: str, instances: str, name: str
) -> None:
    port = 8080 if open_port == 80 else 80
    group = GROUP % ("instance", targets)
    told = findings(tmp_path, "target-port", group + instances + NETWORK % (open_port, open_port))
    assert len(told) == 1
    assert told[0].startswith(
        f"Inside Balancer sends requests to {name} on port {port}, and no rule of Inside"
    )
    assert findings(tmp_path, "target-port", group + instances + NETWORK % (port, port)) == []


def test_unknown_groups_of_instances_are_not_judged(tmp_path: Path) -> None:
    group = GROUP % ("instance", "")
    for start in ("SecurityGroupIds: !ImportValue groups", "SecurityGroupIds: [sg-1]", ""):
        assert (
            findings(tmp_path, "target-port", group + FLEET % (BY_TEMPLATE, start) + NETWORK % (80, 80)) == []
        )


@pytest.mark.parametrize(
    ("protocol", "attributes", "found"),
    [
        ("TCP", "", 1),
        ("UDP", "", 0),
        ("TCP", ", TargetGroupAttributes: [{Key: preserve_client_ip.enabled, Value: 'true'}]", 0),
    ],
)
def test_a_network_load_balancer_needs_a_way_where_its_packets_are_its_own(
    tmp_path: Path, protocol: str, attributes: str, found: int
) -> None:
    group = GROUP % ("ip", f", Protocol: {protocol}{attributes}")
    network = (NETWORK % (80, 80)).replace(
        "{SecurityGroups: [!GetAtt Outside", "{Type: network, SecurityGroups: [!GetAtt Outside"
    )
    service = SERVICE % 8080 + WORN
    assert len(findings(tmp_path, "target-port", group + service + network)) == found


CLOSED = """
Resources:
  Front: {Type: AWS::EC2::SecurityGroup, Properties: {SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 80, ToPort: 80}]}}
  Balancer: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {Type: application, SecurityGroups: [!Ref Front]}}
  Door: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {LoadBalancerArn: !Ref Balancer, Port: 8080}}
"""


@pytest.mark.parametrize(
    ("more", "is_found"),
    [
        ("", True),
        ("Outputs: {Url: {Value: !GetAtt Balancer.DNSName}}", True),
        ("Outputs: {Group: {Value: !Ref Front, Export: {Name: front}}}", False),
        ("Outputs: {Group: {Value: !Sub '${Front.GroupId}'}}", False),
        (
            "  Told: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !GetAtt Front.GroupId}}",
            False,
        ),
    ],
)
def test_a_group_that_is_told_to_others_may_be_opened_by_them(
    tmp_path: Path, more: str, *, is_found: bool
) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(CLOSED + more + "\n")
    fix = "let callers in on port 8080, unless Door is there for health checks only"
    assert [each.fix for each in check(load([file]), [rule_of("target-port")])] == [fix] * is_found


@pytest.mark.parametrize(
    ("kind", "target", "found"),
    [
        ("alb", "!GetAtt Inner.LoadBalancerArn", []),
        ("ip", "!GetAtt Inner.LoadBalancerArn", ["Group is ip, but Group registers Inner by its id"]),
        ("instance", "!GetAtt One.InstanceId", []),
        ("ip", "!GetAtt One.InstanceId", ["Group is ip, but Group registers One by its id"]),
    ],
)
def test_a_target_is_named_by_an_attribute_too(
    tmp_path: Path, kind: str, target: str, found: list[str]
) -> None:
    inner = "\n  Inner: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}\n  One: {Type: AWS::EC2::Instance}"
    assert findings(tmp_path, "target-kind", GROUP % (kind, TARGETS % (target, "")) + inner) == found
