"""The cost of an example by its load, as an SVG; both axes by powers of ten."""

from collections.abc import Iterator
from math import ceil, floor, log10

from docs.cost_sections import Costs, Driver

WIDTH, HEIGHT = 640, 300
LEFT, TOP, RIGHT, FOOT = 84, 24, 616, 244
_STEPS = 30
_LEAST = 0.01
"""US dollars; what costs less is drawn on the axis."""
_STYLE = (
    "text{font:12px sans-serif;fill:#333}.grid{stroke:#e4e4e4}.axis{stroke:#777}"
    ".curve{fill:none;stroke:#1a4d8f;stroke-width:2}.rest{stroke:#b3261e;stroke-dasharray:5 4}"
)


def cost_picture(costs: Costs) -> str:
    """Return the curve; empty where the cost follows no load."""
    driver = costs.driver
    if driver is None:
        return ""
    first, last = log10(driver.amounts[0]), log10(driver.amounts[-1])
    amounts = [10 ** (first + (last - first) * step / _STEPS) for step in range(_STEPS + 1)]
    sums = [driver.at(amount).total for amount in amounts]
    known = [max(_LEAST, usd) for usd in [*sums, costs.rest.total or sums[0]]]
    low, high = floor(log10(min(known))), max(floor(log10(min(known))) + 1, ceil(log10(max(known))))

    def down(usd: float) -> float:
        return FOOT - (FOOT - TOP) * (log10(max(usd, 10.0**low)) - low) / (high - low)

    points = " ".join(
        f"{LEFT + (RIGHT - LEFT) * step / _STEPS:.1f},{down(usd):.1f}" for step, usd in enumerate(sums)
    )
    size = f'width="{WIDTH}" height="{HEIGHT}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {size}>',
        f'<style>{_STYLE}</style><rect {size} fill="#fff"/>',
        *_dollars(low, high),
        *_amounts(driver),
        *_rest(costs.rest.total, down(costs.rest.total)),
        f'<polyline class="curve" points="{points}"/>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _dollars(low: int, high: int) -> Iterator[str]:
    for decade in range(low, high + 1):
        y = FOOT - (FOOT - TOP) * (decade - low) / (high - low)
        yield f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{RIGHT}" y2="{y:.1f}"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{10.0**decade:,g}</text>'
    yield f'<text x="8" y="{TOP - 10}">US dollars a month</text>'


def _amounts(driver: Driver) -> Iterator[str]:
    count = len(driver.amounts) - 1
    for number, amount in enumerate(driver.amounts):
        x = LEFT + (RIGHT - LEFT) * number / count
        yield f'<line class="grid" x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{FOOT}"/>'
        yield f'<text x="{x:.1f}" y="{FOOT + 20}" text-anchor="middle">{amount:,g}</text>'
    what = "GB stored" if driver.what == "GB" else f"{driver.what} a second"
    yield f'<text x="{(LEFT + RIGHT) / 2:.1f}" y="{FOOT + 42}" text-anchor="middle">{what}</text>'
    yield f'<path class="axis" fill="none" d="M{LEFT} {TOP}V{FOOT}H{RIGHT}"/>'


def _rest(usd: float, y: float) -> Iterator[str]:
    if usd >= _LEAST:
        yield f'<line class="rest" x1="{LEFT}" y1="{y:.1f}" x2="{RIGHT}" y2="{y:.1f}"/>'
        yield f'<text x="{LEFT + 6}" y="{y - 5:.1f}">at rest {usd:,.2f}</text>'
