"""Frames: the stack, in it the networks with their subnets, and the constructs of several boxes."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from wellmade.draw.naming import path_of, printable, title_in
from wellmade.draw.networks import Tier, network_title, tier_of
from wellmade.draw.picture import Box, Frame
from wellmade.graph import Graph, Resource, Stack

Boxes = Mapping[Resource, Box]


def framed(graph: Graph, boxes: Boxes) -> tuple[Frame, ...]:
    """Return the frames of the stacks that hold any box; a nested stack is a frame in its parent's."""
    tops = [each for each in graph.stacks if each.parent is None]
    found = [(each, _stack(graph, each, boxes)) for each in tops]
    filled = [(_environment(each), frame) for each, frame in found if frame.boxes or frame.frames]
    if len({environment for environment, _ in filled}) > 1:
        return tuple(_by_environment(filled))
    return tuple(
        replace(frame, title=" · ".join(filter(None, (frame.title, environment))))
        for environment, frame in filled
    )


def _by_environment(stacks: Sequence[tuple[str, Frame]]) -> Iterator[Frame]:
    """Frame the stacks of each account and region where there are several."""
    for name in dict.fromkeys(environment for environment, _ in stacks):
        own = tuple(frame for environment, frame in stacks if environment == name)
        yield Frame(f"//{name}", name or "account and region of the deployment", "account", frames=own)


def _stack(graph: Graph, stack: Stack, boxes: Boxes) -> Frame:
    own = {each: box for each, box in boxes.items() if each.stack == stack.name}
    tiers = {each: tier for each in own if (tier := tier_of(graph, each))}
    alone, groups = _grouped(graph, stack, {each: box for each, box in own.items() if each not in tiers})
    nested = [_stack(graph, each, boxes) for each in stack.children.values()]
    inner = (*_networks(graph, stack, own, tiers), *groups, *nested)
    kept = tuple(each for each in inner if each.boxes or each.frames)
    return Frame(stack.name, printable(stack.name), "stack", alone, kept)


def _environment(stack: Stack) -> str:
    """Return account and region where the app names them."""
    parts = stack.environment.removeprefix("aws://").split("/")
    return " ".join(printable(part) for part in parts if part and "unknown" not in part)


def _grouped(graph: Graph, stack: Stack, boxes: Boxes) -> tuple[tuple[Box, ...], tuple[Frame, ...]]:
    """Give each construct of several boxes a frame; a single one stands by itself."""
    groups: dict[str, list[tuple[tuple[str, ...], Box]]] = defaultdict(list)
    for resource, box in boxes.items():
        path = path_of(graph, resource)
        groups[path[0]].append((path, box))
    alone = tuple(
        replace(box, title="/".join(path))
        for members in groups.values()
        if len(members) == 1
        for path, box in members
    )
    frames = (
        Frame(
            f"{stack.name}//{name}",
            name,
            "construct",
            tuple(replace(box, title=title_in(name, path)) for path, box in members),
        )
        for name, members in groups.items()
        if len(members) > 1
    )
    return alone, tuple(frames)


def _networks(graph: Graph, stack: Stack, boxes: Boxes, tiers: Mapping[Resource, Tier]) -> list[Frame]:
    places: dict[Resource, dict[str, list[Box]]] = defaultdict(lambda: defaultdict(list))
    for resource, tier in tiers.items():
        box = replace(boxes[resource], title="/".join(path_of(graph, resource)))
        places[tier.network][tier.title].append(box)
    return [_network(graph, stack, network, subnets) for network, subnets in places.items()]


def _network(graph: Graph, stack: Stack, network: Resource, subnets: Mapping[str, list[Box]]) -> Frame:
    name = f"{stack.name}//{network.id}"
    title = network_title(graph, network, "/".join(path_of(graph, network)))
    tiers = (
        Frame(f"{name}//{each}", each, "subnets", tuple(boxes)) for each, boxes in sorted(subnets.items())
    )
    return Frame(name, title, "network", frames=tuple(tiers))
