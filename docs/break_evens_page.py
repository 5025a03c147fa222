"""The page of break-evens, computed from the price file."""

from wellmade.cost.choices import CHOICES
from wellmade.cost.choices_report import against_first, ranges
from wellmade.facts.prices import basis, regions

_HEAD = """# Break-evens

Written from the price file by `make docs`; `wellmade cost --break-evens` prints one region as a table or as
JSON, with what is not priced there. The sums are what AWS asks for the resources themselves: people, logs and
what leaves AWS are left out. API Gateway and load balancers have [a page of their own](ingress.md).

Spot has no list price: it changes by the hour, so its share is not compared here. What a task or an instance
of Spot saves is its discount times its share of the hours.
"""


def break_evens_page() -> str:
    """Return the page as Markdown."""
    return _HEAD + "".join(_section(name) for name in CHOICES)


def _section(name: str) -> str:
    choice = CHOICES[name]
    rows = "".join(
        f"| {region} | {'; '.join(ranges(name, region))} | {'; '.join(against_first(name, region))} |\n"
        for region in regions()
    )
    first = next(iter(choice.ways))
    return (
        f"\n## {name[0].upper()}{name[1:]}\n\nBy {choice.driver}; {choice.assumed}.\n\n"
        f"| {basis().partition(' of ')[0]} of | cheapest | costs less than {first} |\n|---|---|---|\n{rows}"
    )
