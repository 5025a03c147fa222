"""Every public class: documented, deployable by its example, and of one shape."""

import inspect
import re
from typing import Any

import pytest
from constructs import Construct

from docs.catalogue import classes, constructs, entries, section
from docs.example_apps import template_of
from docs.holes import HOLES
from docs.matrix import holes

CLASSES, CONSTRUCTS = classes(), constructs()
MOST_OPTIONS = 15
"""Of a pattern; a block may have as many as its resource deserves. More tell that a block is missing."""


def options(subject: type) -> dict[str, inspect.Parameter]:
    parameters = inspect.signature(vars(subject)["__init__"]).parameters
    return {name: p for name, p in parameters.items() if p.kind is p.KEYWORD_ONLY}


def is_block(subject: type[Construct]) -> bool:
    """Tell whether a class is an L2 of the CDK, and so a block."""
    return any(base.__module__.startswith("aws_cdk.aws_") for base in subject.__mro__)


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_a_pattern_has_few_options(name: str) -> None:
    if not is_block(CONSTRUCTS[name]):
        assert len(options(CONSTRUCTS[name])) <= MOST_OPTIONS


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_documents_every_option_with_its_default(name: str) -> None:
    if name == "Monitor":  # made by `monitor`, whose docstring tells
        return
    described = entries(section(CONSTRUCTS[name], "Args"))
    assert set(described) == set(options(CONSTRUCTS[name]))
    for option, parameter in options(CONSTRUCTS[name]).items():
        assert (parameter.default is parameter.empty) != ("Default:" in described[option]), option


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_says_what_it_raises(name: str) -> None:
    source = inspect.getsource(CONSTRUCTS[name])
    if re.search(r"raise |_refuse|require_between|check_at_synth", source):
        assert "RefusedError" in (inspect.getdoc(CONSTRUCTS[name]) or "") + source.split('"""')[1]


@pytest.mark.parametrize("name", [name for name, each in CONSTRUCTS.items() if section(each, "Example")])
def test_example_is_an_app_that_synthesizes(name: str) -> None:
    template: dict[str, Any] = template_of(name)
    assert template["Resources"]


def test_only_what_another_makes_has_no_example() -> None:
    assert {name for name, each in CONSTRUCTS.items() if not section(each, "Example")} <= {"Monitor"}


def test_no_hole_without_a_reason() -> None:
    assert {place for place, reason in holes().items() if reason is None} == set()


def test_no_reason_without_a_hole() -> None:
    told = {(name, column) for name, reasons in HOLES.items() for column in reasons}
    assert told <= set(holes())
