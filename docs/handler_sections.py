"""The contract of the code of an example: what it is handed, what it must answer, what its failure does."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from wellmade.graph import Graph, Kind, Resource, load
from wellmade.testing.templates import without_version

_FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")
_PROGRAM = "AWS::ECS::TaskDefinition"
_MOST_VARIABLES = 50
_HANDS_OVER = (Kind.INVOKES_SYNC, Kind.INVOKES_ASYNC, Kind.POLLS)


def contracts(template: Mapping[str, Any]) -> str:
    """Return a list of the functions and programs of a template, each with what its invokers ask of it."""
    graph = _read(template)
    code = (each for each in graph.resources.values() if each.type in (*_FUNCTIONS, _PROGRAM))
    return "\n".join(line for each in code for line in _lines(graph, each))


def _read(template: Mapping[str, Any]) -> Graph:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "Example.template.json"
        file.write_text(json.dumps(template))
        return load([file])


def _lines(graph: Graph, code: Resource) -> Iterator[str]:
    said = [_of_program(code)] if code.type == _PROGRAM else list(_of_function(graph, code))
    for one in said:
        yield (
            f"- `{without_version(code.logical_id)}` takes {one['takes']}. It answers {one['answers']}. "
            f"If it fails: {one['fails']} ([AWS]({one['page']}))."
        )


def _of_function(graph: Graph, function: Resource) -> Iterator[Mapping[str, str]]:
    known = _known()["functions"]
    invokers = {each.source.type for each in graph.edges(target=function) if each.kind in _HANDS_OVER}
    if any(function.logical_id in str(each.update_policy) for each in graph.resources.values()):
        invokers.add("AWS::CodeDeploy::DeploymentGroup")
    for kind in sorted(invokers) or ["none"]:
        yield known["Custom" if kind.startswith("Custom::") else kind]


def _of_program(program: Resource) -> Mapping[str, str]:
    named = [program.get(f"ContainerDefinitions.0.Environment.{n}.Name") for n in range(_MOST_VARIABLES)]
    known = _known()["programs"]
    return next((known[name] for name in known if name in named), known["none"])


@cache
def _known() -> dict[str, dict[str, dict[str, str]]]:
    """Return what handlers.yaml says."""
    told: dict[str, dict[str, dict[str, str]]] = yaml.safe_load(
        (Path(__file__).parent / "handlers.yaml").read_text()
    )
    return told
