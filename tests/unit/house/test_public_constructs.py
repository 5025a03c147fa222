"""Every public construct: at most eight options, each documented, and an example that runs."""

import ast
import inspect
import re
import textwrap

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_sns as sns
from constructs import Construct

from wellmade import api, compute, data, foundation, ingest, messaging, network, security, streaming, workflow

PACKAGES = (api, compute, data, foundation, ingest, messaging, network, security, streaming, workflow)
NAMES = {name: getattr(package, name) for package in PACKAGES for name in package.__all__}
CLASSES = {name: value for name, value in NAMES.items() if inspect.isclass(value)}
CONSTRUCTS = {name: value for name, value in CLASSES.items() if issubclass(value, Construct)}


def options(construct: type) -> dict[str, inspect.Parameter]:
    parameters = inspect.signature(vars(construct)["__init__"]).parameters
    return {name: p for name, p in parameters.items() if p.kind is p.KEYWORD_ONLY}


def section(construct: type, title: str) -> str:
    doc = inspect.getdoc(construct) or ""
    found = re.search(rf"^{title}:\n((?:(?: .*)?\n)+)", doc + "\n", re.MULTILINE)
    return textwrap.dedent(found.group(1)) if found else ""


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_takes_at_most_eight_options_by_name(name: str) -> None:
    assert len(options(CONSTRUCTS[name])) <= 8


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_documents_every_option_with_its_default(name: str) -> None:
    described = dict(
        re.findall(r"^(\w+): ((?:.*\n?(?: +.*\n?)*))", section(CONSTRUCTS[name], "Args"), re.MULTILINE)
    )
    assert set(described) == set(options(CONSTRUCTS[name]))
    for option, parameter in options(CONSTRUCTS[name]).items():
        assert (parameter.default is parameter.empty) != ("Default:" in described[option]), option


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_says_what_it_raises(name: str) -> None:
    source = inspect.getsource(CONSTRUCTS[name])
    if re.search(r"raise |_refuse|require_between", source):
        assert "ValueError" in section(CONSTRUCTS[name], "Raises")


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_example_runs(name: str, stack: cdk.Stack) -> None:
    example = section(CONSTRUCTS[name], "Example")
    assert ast.parse(example).body
    exec(
        compile(example, f"{name}'s example", "exec"),
        {**NAMES, "self": stack, "ec2": ec2, "ecs": ecs, "sns": sns, "Duration": cdk.Duration},
    )
    made = [child for child in stack.node.find_all() if isinstance(child, CONSTRUCTS[name])]
    assert made
    assert isinstance(made[0], Construct)
