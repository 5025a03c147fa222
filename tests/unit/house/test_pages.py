"""The committed pages say what the docstrings say."""

import re

import pytest

from app import STACKS
from docs.catalogue import classes, constructs, package_of, packages, section
from docs.choices import choices
from docs.package_names import PACKAGES, offered
from docs.pages import HERE, pages, written_files
from docs.proof_sections import known
from docs.refusal_sections import refusals
from wellmade.foundation import NodeFunction

MADE_BY_A_FUNCTION = {"Monitor"}
"""Of which `monitor` makes one over other patterns; it has no example of its own."""
SETTINGS = {"ApiLogRole"}
"""What an account needs once, and no pattern."""


@pytest.mark.scan
def test_pages_are_up_to_date() -> None:
    alone = {HERE / f"{name}.md" for name in ("break-evens", "check", "defaults", "ingress", "stacks")}
    files = (*alone, *written_files())
    committed = {file: file.read_text() for file in files}
    assert committed == pages(), "write them anew with: make docs"


def test_every_pattern_has_picture_price_and_runbook() -> None:
    lacking = {
        name: missing
        for name, value in classes().items()
        if section(value, "Example")
        and (
            missing := [
                part for part in _parts(name) if part not in (HERE / f"patterns/{name}.md").read_text()
            ]
        )
    }
    without_picture = {
        name for name in _with_example() if not (HERE / f"pictures/patterns/{name}.svg").is_file()
    }
    assert (lacking, without_picture) == ({}, set())


def test_every_stack_has_page_picture_price_and_runbook() -> None:
    parts = ("## Picture", "## Cost", "At rest: ", "## Runbook")
    lacking = {
        name: missing
        for name in STACKS
        if (missing := [each for each in parts if each not in (HERE / f"stacks/{name}.md").read_text()])
        or not (HERE / f"pictures/{name}.svg").is_file()
    }
    assert lacking == {}


def test_runbooks_are_written_for_people() -> None:
    assert [file.name for file in HERE.rglob("*.md") if "{'Fn::" in file.read_text()] == []


def test_the_page_of_a_function_in_node_refuses_nothing_that_python_alone_takes() -> None:
    others = ("alarm_thresholds", "ephemeral_storage_size", "layers", "provisioned_", "runtime", "snap_start")
    assert [each for each in refusals(NodeFunction) if each.startswith(others)] == []


def test_the_readme_leads_to_every_pattern() -> None:
    readme = (HERE.parent / "README.md").read_text()
    patterns = {name for name in constructs() if package_of(name) != "wellmade.foundation"}
    assert {name for name in patterns if f"(docs/patterns/{name}.md)" not in readme} == SETTINGS


def test_every_construct_has_an_example() -> None:
    assert set(constructs()) - _with_example() == MADE_BY_A_FUNCTION


def _with_example() -> set[str]:
    return {name for name, value in classes().items() if section(value, "Example")}


def _parts(name: str) -> list[str]:
    alarms = "what it means, what to do first"
    page = (HERE / f"patterns/{name}.md").read_text()
    runbook = alarms if alarms in page else "## Runbook"
    told = ("## A whole app", "## When to take it", "## When not", "## Resources", "## Proof")
    curve = f"](../pictures/costs/{name}.svg)"
    by_load = [curve] if "US dollars a month |" in page else []
    return [f"](../pictures/patterns/{name}.svg)", "At rest: ", runbook, *told, *by_load]


def test_what_is_said_of_choices_and_proof_is_of_classes_runs_and_tests_that_there_are() -> None:
    assert set(choices()) == _with_example()
    named = {
        word
        for each in choices().values()
        for text in each.values()
        for word in re.findall(r"`([A-Z][a-z]+[A-Z]\w+)`", text)
    }
    assert named - set(classes()) == {"NodejsFunction"}
    root = HERE.parent
    assert set(known()["driven"]) <= set(STACKS)
    assert [each for each in known()["driven"].values() if not (root / each).is_file()] == []
    assert set(known()["faults"]) <= set(classes())
    measured = (HERE / "reliability.md").read_text()
    assert [each for each in known()["faults"].values() if f"`python -m {each}`" not in measured] == []


def test_what_packages_offer_is_read_as_they_say() -> None:
    assert {name: offered(name) for name in PACKAGES} == {
        name: list(package.__all__) for name, package in zip(PACKAGES, packages(), strict=True)
    }
