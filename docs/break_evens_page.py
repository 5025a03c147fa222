"""The page of break-evens, computed from the price file."""

from wellmade.cost.choices import CHOICES
from wellmade.cost.choices_report import against_first, ranges
from wellmade.cost.spot import most_repeated, saved
from wellmade.facts.prices import REGION, basis, regions

_HEAD = """# Break-evens

Written from the price file by `make docs`; `wellmade cost --break-evens` prints one region as a table or as
JSON, with what is not priced there. The sums are what AWS asks for the resources themselves: people, logs and
what leaves AWS are left out. API Gateway and load balancers have [a page of their own](ingress.md).
"""


_SPOT = """
## Spot share

Spot has no list price: it changes by the hour, so its discount, which you know, is a column here. A share of
the hours saves that share of the discount, and Fargate costs less than Lambda from a lower rate on ({region},
the assumptions of *Compute*). Work that an interruption throws away is paid again: once so much of it is
repeated, Spot costs as much as on demand. {basis}.

| discount | half on Spot saves | all on Spot saves | half: Fargate | all: Fargate | as dear if repeated |
|---|---|---|---|---|---|
"""
_DISCOUNTS = (0.3, 0.5, 0.7, 0.9)


def break_evens_page() -> str:
    """Return the page as Markdown."""
    return _HEAD + "".join(_section(name) for name in CHOICES) + _spot()


def _spot() -> str:
    crossing = CHOICES["compute"].from_where("Fargate", REGION)
    if crossing is None:
        raise ValueError("the price file must have Lambda and Fargate")
    rows = ""
    for discount in _DISCOUNTS:
        half, whole = saved(discount, 0.5), saved(discount, 1)
        rows += (
            f"| {discount:.0%} | {half:.1%} | {whole:.1%} | from {crossing * (1 - half):.4g} "
            f"| from {crossing * (1 - whole):.4g} | {most_repeated(discount):.0%} |\n"
        )
    told = basis("lambda_gb_second_arm64_tier1", "fargate_vcpu_hour_arm64", "fargate_gb_hour_arm64")
    return _SPOT.format(region=REGION, basis=f"{told[0].upper()}{told[1:]}") + rows


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
