"""Versions and aliases of state machines: which machine they are of.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html
"""

from wellmade.graph import Graph, Resource, as_list, as_mapping

VERSION = "AWS::StepFunctions::StateMachineVersion"
QUALIFIED = (VERSION, "AWS::StepFunctions::StateMachineAlias")


def machine_of(graph: Graph, resource: Resource) -> Resource | None:
    """Return the state machine of a version or an alias; None where the templates do not hold it."""
    if resource.type == VERSION:
        return graph.target(resource.get("StateMachineArn"))
    routes = [*as_list(resource.get("RoutingConfiguration")), resource.get("DeploymentPreference")]
    for route in map(as_mapping, routes):
        version = graph.target(route.get("StateMachineVersionArn"), VERSION)
        if version and (machine := machine_of(graph, version)):
            return machine
    return None
