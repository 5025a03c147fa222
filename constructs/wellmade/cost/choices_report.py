"""Break-evens as a table for people, as JSON, and as the page of the documentation."""

from itertools import pairwise

from wellmade.console import out, print_json, print_table
from wellmade.cost.break_evens import Choice
from wellmade.cost.choices import CHOICES
from wellmade.facts.prices import basis


def print_break_evens(region: str, *, as_json: bool) -> None:
    """Print from which load on which way costs least."""
    if as_json:
        print_json({"region": region, "prices": basis(region=region), "choices": _document(region)})
        return
    rows = [
        (name, choice.driver, "; ".join(ranges(name, region)), "; ".join(against_first(name, region)))
        for name, choice in CHOICES.items()
    ]
    print_table("What costs least", ["choice", "driver", "cheapest", "less than the first"], rows)
    for name, choice in CHOICES.items():
        out.print(f"{name}: {choice.assumed}.", markup=False)
    out.print(f"These are {basis(region=region)}.", markup=False)


def ranges(name: str, region: str) -> list[str]:
    """Return what costs least from where to where, in words."""
    choice = CHOICES[name]
    found = choice.cheapest(region)
    until = [f" up to {end:,.4g}" for _, (end, _) in pairwise(found)]
    said = [f"{way}{end}" for (_, way), end in zip(found, [*until, ""], strict=False)]
    return said + [f"{way} is not priced" for way in _not_priced(choice, region)]


def against_first(name: str, region: str) -> list[str]:
    """Return from where on each other way costs less than the first one, in words."""
    choice = CHOICES[name]
    return [f"{way}: {_from(choice, way, region)}" for way in list(choice.ways)[1:]]


def _from(choice: Choice, way: str, region: str) -> str:
    first = next(iter(choice.ways))
    if {first, way} & set(_not_priced(choice, region)):
        return "not priced"
    found = choice.cheapest(region, (first, way))
    ends = [*(start for start, _ in found[1:]), None]
    spans = [(start, end) for (start, best), end in zip(found, ends, strict=True) if best == way]
    return " and ".join(_span(choice, *one) for one in spans) or "never"


def _span(choice: Choice, start: float, end: float | None) -> str:
    if start == choice.least:
        return "always" if end is None else f"up to {end:,.4g}"
    return f"from {start:,.4g}" + ("" if end is None else f" to {end:,.4g}")


def _not_priced(choice: Choice, region: str) -> list[str]:
    return [way for way, usd in choice.costs(choice.least, region).items() if usd is None]


def _document(region: str) -> list[dict[str, object]]:
    return [
        {
            "choice": name,
            "driver": choice.driver,
            "assumed": choice.assumed,
            "cheapest": [{"from": start, "way": way} for start, way in choice.cheapest(region)],
            "less_than_the_first_from": {
                way: choice.from_where(way, region) for way in list(choice.ways)[1:]
            },
            "not_priced": _not_priced(choice, region),
        }
        for name, choice in CHOICES.items()
    ]
