"""Whether a running cloud knows of each delivery that its stacks define."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.local.services_say import SAYS
from wellmade.graph import Edge, load
from wellmade.local.deliveries import is_delivery, is_made
from wellmade.local.deployed import deployed
from wellmade.local.server import LocalCloud

ELSEWHERE = {"AWS::Lambda::Alias", "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::Version"}
"""Of releases and on-failure paths, whose own tests drive them."""


def unserved(cloud: LocalCloud) -> Iterator[str]:
    """Yield each delivery that is not named as dropped and that the cloud does not know of."""
    physical = {(each.stack, each.logical_id): each.physical_id for each in deployed(cloud)}
    for edge in made(cloud):
        via, target = (physical[each.stack, each.logical_id] for each in (edge.via, edge.target))
        says = SAYS.get(edge.via.type)
        said = _text(says(cloud.client, via)) if says else ""
        if not _names(said, target, edge):
            yield f"{edge.via.stack}: {edge.source.logical_id} {edge.kind} {target}, by {edge.via.type}"


def made(cloud: LocalCloud) -> list[Edge]:
    """Return every delivery of everything that is deployed, but for those that are named as dropped."""
    formation = cloud.client("cloudformation")
    with tempfile.TemporaryDirectory() as folder:
        for stack in {each.stack for each in deployed(cloud)}:
            body = formation.get_template(StackName=stack)["TemplateBody"]
            Path(folder, f"{stack}.template.json").write_text(json.dumps(body))
        edges = load([folder]).edges()
    return [edge for edge in edges if edge.via.type not in ELSEWHERE and is_delivery(edge) and is_made(edge)]


def _text(said: Any) -> str:
    return json.dumps(said if isinstance(said, dict) else list(said), default=str)


def _names(said: str, target: str, edge: Edge) -> bool:
    """Tell whether what a service said names the target; a bucket tells rules by telling the bus of all."""
    if edge.via.type == "AWS::S3::Bucket" and edge.target.type == "AWS::Events::Rule":
        return "EventBridgeConfiguration" in said
    if edge.target.type.startswith("AWS::ECS::"):
        return "ecs:runTask" in said
    if edge.target == edge.via:
        return bool(said)
    name = target.rstrip("/").rpartition("/")[2]
    return name in said or name.rpartition(":")[2] in said
