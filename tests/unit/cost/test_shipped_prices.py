"""What the page says of the shipped price file."""

import csv
import re

from docs.pages import HERE
from wellmade.facts.prices import EVERYWHERE, SHIPPED


def test_the_page_tells_how_many_rates_there_are_and_how_many_lack() -> None:
    regions: dict[str, set[str]] = {}
    for row in csv.DictReader(SHIPPED.read_text().splitlines()):
        regions.setdefault(row["name"], set()).add(row["region"])
    instances = {name for name in regions if name.startswith("ec2_")}
    lacking = {
        region: sum(region not in found and EVERYWHERE not in found for found in regions.values())
        for region in ("eu-west-1", "eu-central-1")
    }

    said = re.search(
        r"has (\d+) rates, (\d+) of them instances.* other (\d+), eu-west-1 lacks (\d+) and eu-central-1 (\d+),",
        (HERE / "cost.md").read_text(),
    )

    assert said
    assert [int(each) for each in said.groups()] == [
        len(regions),
        len(instances),
        len(regions) - len(instances),
        *lacking.values(),
    ]
