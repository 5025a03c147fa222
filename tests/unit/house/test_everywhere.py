"""Every construct's example in other places: a stage, a nested stack, other partitions, under another id."""

import json
import re
from typing import Any

import pytest

from docs.catalogue import constructs, section
from docs.example_apps import template_of, templates_of
from tests.templates import stateful


def types_of(template: dict[str, Any]) -> list[str]:
    return sorted(resource["Type"] for resource in template["Resources"].values())


EXAMPLES = [name for name, each in constructs().items() if section(each, "Example")]
STAGED_AND_RENAMED = 'ExampleStack(cdk.Stage(app, "Production"), "Renamed", stack_name="Example")'
NESTED = 'ExampleStack(cdk.Stack(app, "Outer"), "Example")'


@pytest.mark.parametrize("name", EXAMPLES)
def test_nothing_that_holds_data_changes_in_a_stage_and_under_another_id(name: str) -> None:
    """CloudFormation would replace what has another logical id or physical name, and so lose what it holds."""
    moved = templates_of(name, STAGED_AND_RENAMED)["Example"]
    assert stateful(moved) == stateful(template_of(name))


@pytest.mark.parametrize(("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")])
@pytest.mark.parametrize("name", EXAMPLES)
def test_names_the_partition_that_it_is_deployed_to(name: str, region: str, partition: str) -> None:
    place = f'ExampleStack(app, "Example", env=cdk.Environment(account="111122223333", region="{region}"))'
    text = json.dumps(templates_of(name, place)["Example"])
    wrong = [
        arn for arn in re.findall(r"arn:aws[a-z-]*:\w[^\"]*", text) if not arn.startswith(f"arn:{partition}:")
    ]
    assert wrong == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_works_in_a_nested_stack(name: str) -> None:
    templates = templates_of(name, NESTED, base="cdk.NestedStack")
    [nested] = [template for file, template in templates.items() if file.endswith(".nested.template.json")]
    direct = template_of(name)
    assert set(stateful(nested)) == set(stateful(direct))
    # Ids of rules between security groups hold the whole path of both.
    assert types_of(nested) == types_of(direct)
