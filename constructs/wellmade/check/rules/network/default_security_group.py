"""Resources do not use the default security group."""

from collections.abc import Iterator

from wellmade.check.databases import none_given
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, attributes, text

_GROUPS = {
    "AWS::EC2::Instance": "SecurityGroupIds",
    "AWS::EC2::LaunchTemplate": "LaunchTemplateData.SecurityGroupIds",
    "AWS::ECS::Service": "NetworkConfiguration.AwsvpcConfiguration.SecurityGroups",
    "AWS::Lambda::Function": "VpcConfig.SecurityGroupIds",
    "AWS::Serverless::Function": "VpcConfig.SecurityGroupIds",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "SecurityGroups",
    "AWS::RDS::DBInstance": "VPCSecurityGroups",
    "AWS::RDS::DBCluster": "VpcSecurityGroupIds",
    "AWS::RDS::DBProxy": "VpcSecurityGroupIds",
    "AWS::EC2::VPCEndpoint": "SecurityGroupIds",
    "AWS::ElastiCache::ReplicationGroup": "SecurityGroupIds",
    "AWS::EFS::MountTarget": "SecurityGroups",
}


def _check(graph: Graph) -> Iterator[Violation]:
    for kind, path in _GROUPS.items():
        for resource in graph.of_type(kind):
            named = any(each.name == "DefaultSecurityGroup" for each in attributes(resource.get(path)))
            if named or _falls_back(graph, resource, path):
                how = "names" if named else "is left out, which means"
                yield Violation(
                    resource, f"Properties.{path}", f"{how} the default security group of its network"
                )


def _falls_back(graph: Graph, resource: Resource, path: str) -> bool:
    if resource.type == "AWS::EC2::VPCEndpoint":
        is_interface = text(resource.get("VpcEndpointType")) == "Interface"
        return is_interface and none_given(resource, path)
    if resource.type == "AWS::ElasticLoadBalancingV2::LoadBalancer":
        kind = text(resource.get("Type", "application"))
        return kind == "application" and none_given(resource, path)
    if resource.type == "AWS::EC2::Instance":
        subnet = graph.target(resource.get("SubnetId"), "AWS::EC2::Subnet")
        others = ("SecurityGroups", "NetworkInterfaces", "LaunchTemplate", path)
        return subnet is not None and none_given(resource, *others)
    return False


RULE = Rule(
    id="default-security-group",
    title="Resources do not use the default security group",
    severity=Severity.WARNING,
    explanation=(
        "Everything in the default group reaches everything else in it on every port, so one "
        "broken-into machine opens all of them. No template shows its rules."
    ),
    fix="name a security group that allows what is needed and nothing else",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html",
    check=_check,
)
