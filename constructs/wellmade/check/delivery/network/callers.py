"""What runs in a network, with its security groups."""

from collections.abc import Iterator

from wellmade.graph import Graph, Resource, Value, as_list

_GROUPS = {
    "AWS::Lambda::Function": "VpcConfig.SecurityGroupIds",
    "AWS::Serverless::Function": "VpcConfig.SecurityGroupIds",
    "AWS::ECS::Service": "NetworkConfiguration.AwsvpcConfiguration.SecurityGroups",
}


def callers(graph: Graph) -> Iterator[tuple[Resource, Resource, list[Value]]]:
    """Yield functions and services, what of each has variables and a role, and the values of its groups."""
    for name, path in _GROUPS.items():
        for caller in graph.of_type(name):
            groups = as_list(caller.get(path))
            task = graph.target(caller.get("TaskDefinition"), "AWS::ECS::TaskDefinition")
            runs = task if name == "AWS::ECS::Service" else caller
            if groups and runs:
                yield caller, runs, groups
