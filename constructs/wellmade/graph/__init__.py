"""CloudFormation templates as a graph of resources and typed edges: what every tool reads."""

from wellmade.graph.edges.edge import Edge, Kind
from wellmade.graph.graph import Graph
from wellmade.graph.load import load
from wellmade.graph.read.stack import Stack
from wellmade.graph.resolve.conditions import Conditions, Name, World
from wellmade.graph.resolve.joining import document, written
from wellmade.graph.resolve.placement import Exit, Placement
from wellmade.graph.resolve.references import arn_suffix, attributes
from wellmade.graph.resolve.resource import Resource
from wellmade.graph.resolve.settled import conditions_in, settled
from wellmade.graph.resolve.statements import Statement, own_policy, statements_in
from wellmade.graph.resolve.values import (
    ABSENT,
    Attribute,
    Either,
    Pseudo,
    Text,
    Unknown,
    Value,
    as_list,
    as_mapping,
    flag,
    is_known,
    number,
    options,
    text,
)

__all__ = [
    "ABSENT",
    "Attribute",
    "Conditions",
    "Edge",
    "Either",
    "Exit",
    "Graph",
    "Kind",
    "Name",
    "Placement",
    "Pseudo",
    "Resource",
    "Stack",
    "Statement",
    "Text",
    "Unknown",
    "Value",
    "World",
    "arn_suffix",
    "as_list",
    "as_mapping",
    "attributes",
    "conditions_in",
    "document",
    "flag",
    "is_known",
    "load",
    "number",
    "options",
    "own_policy",
    "settled",
    "statements_in",
    "text",
    "written",
]
