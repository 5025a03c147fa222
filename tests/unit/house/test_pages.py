"""The committed pages say what the docstrings say."""

import re

import pytest

from app import STACKS
from docs.catalogue import classes, constructs, package_of, packages, section
from docs.choices import choices
from docs.example_apps import template_of
from docs.package_names import PACKAGES, offered
from docs.pages import HERE, pages, written_files
from docs.proof_sections import known
from docs.refusal_sections import refusals
from wellmade.foundation import NodeFunction
from wellmade.testing.templates import without_version

MADE_BY_A_FUNCTION = {"Monitor"}
"""Of which `monitor` makes one over other patterns; it has no example of its own."""
SETTINGS = {"ApiLogRole"}
"""What an account needs once, and no pattern."""
WITHOUT = {("ApiLogRole", "## Options")}
"""Sections of what has nothing to say in them."""
WITHOUT_LOAD = {"ApiLogRole", "CostGuard", "DeployRole", "Network"}
"""What costs the same whatever the load."""
CODE = ("AWS::Lambda::Function", "AWS::ECS::TaskDefinition")


@pytest.mark.scan
def test_pages_are_up_to_date() -> None:
    alone = {HERE / f"{name}.md" for name in ("break-evens", "check", "defaults", "ingress", "stacks")}
    files = (*alone, *written_files())
    committed = {file: file.read_text() for file in files}
    assert committed == pages(), "write them anew with: make docs"


def test_every_pattern_has_each_section_with_words_below_it() -> None:
    lacking = {
        name: missing
        for name in _with_example()
        if (missing := [part for part in _parts(name) if not _has(_page(name), part)])
    }
    without_picture = {
        name for name in _with_example() if not (HERE / f"pictures/patterns/{name}.svg").is_file()
    }
    assert (lacking, without_picture) == ({}, set())


def test_only_what_no_load_makes_dearer_has_no_curve() -> None:
    curves = {name for name in _with_example() if f"](../pictures/costs/{name}.svg)" in _page(name)}
    assert _with_example() - curves == WITHOUT_LOAD
    assert [name for name in curves if not (HERE / f"pictures/costs/{name}.svg").is_file()] == []


def test_every_public_class_has_a_page() -> None:
    assert {name for name in classes() if not (HERE / f"patterns/{name}.md").is_file()} == set()


def test_every_function_and_program_has_a_contract_of_what_invokes_it() -> None:
    """The page says what code is handed, what it answers, and what its failure does, for each of its invokers."""
    without: set[str] = set()
    for name in _with_example():
        resources = template_of(name)["Resources"]
        code = {key for key, each in resources.items() if each["Type"] in CODE}
        told = re.findall(r"^- `(\w+)` takes .+ It answers .+ If it fails: .+$", _page(name), re.MULTILINE)
        without |= {key for key in code if without_version(key) not in told}
    assert without == set()


def test_every_stack_has_page_picture_price_and_runbook() -> None:
    parts = ("## Picture", "## Cost", "At rest: ", "## Runbook")
    lacking = {
        name: missing
        for name in STACKS
        if (missing := [each for each in parts if not _has((HERE / f"stacks/{name}.md").read_text(), each)])
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


def _page(name: str) -> str:
    return (HERE / f"patterns/{name}.md").read_text()


def _has(page: str, part: str) -> bool:
    """Tell whether the page has a text, or a section with words below its heading."""
    if not part.startswith("## "):
        return part in page
    return bool(re.search(rf"^{part}\n\n(?!## )\S", page, re.MULTILINE))


def _parts(name: str) -> list[str]:
    alarms = "what it means, what to do first"
    runbook = alarms if alarms in _page(name) else "## Runbook"
    told = ("## When to take it", "## When not", "## A whole app", "## Picture", "## Cost", "## Resources")
    rest = ("## Grants", "## Refusals", "## Proof", "## Options")
    of_code = any(each["Type"] in CODE for each in template_of(name)["Resources"].values())
    return [
        *(each for each in (*told, *rest) if (name, each) not in WITHOUT),
        *(["## Handler"] if of_code else []),
        f"](../pictures/patterns/{name}.svg)",
        "At rest: ",
        runbook,
    ]


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
