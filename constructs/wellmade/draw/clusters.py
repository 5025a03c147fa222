"""Which of many boxes belong together: those with the most arrows between them."""

from collections import Counter
from collections.abc import Sequence

from wellmade.draw.picture import Arrow

Pair = tuple[int, int]


def clustered(units: Sequence[set[str]], arrows: Sequence[Arrow], most: int) -> list[set[str]]:
    """Join units while any two fit together; those without arrows between them fill what is left.

    Args:
        units: What is never torn apart.
        arrows: What draws them together.
        most: How many ids a cluster holds at most, unless a unit has more.
    """
    clusters = dict(enumerate(map(set, units)))
    weights = _weights(clusters, arrows)
    while pair := _closest(clusters, weights, most):
        kept, gone = pair
        clusters[kept] |= clusters.pop(gone)
        weights = _joined(weights, kept, gone)
    return _filled(list(clusters.values()), most)


def _weights(clusters: dict[int, set[str]], arrows: Sequence[Arrow]) -> Counter[Pair]:
    home = {key: number for number, each in clusters.items() for key in each}
    pairs = ((home[each.source], home[each.target]) for each in arrows)
    return Counter((min(pair), max(pair)) for pair in pairs if pair[0] != pair[1])


def _closest(clusters: dict[int, set[str]], weights: Counter[Pair], most: int) -> Pair | None:
    """Return the two with the most arrows for their size that fit together."""
    best: tuple[float, Pair] | None = None
    for (one, other), count in weights.items():
        sizes = len(clusters[one]), len(clusters[other])
        if sum(sizes) <= most:
            ranked = (-count / min(sizes), (one, other))
            best = ranked if best is None else min(best, ranked)
    return best[1] if best else None


def _joined(weights: Counter[Pair], kept: int, gone: int) -> Counter[Pair]:
    found: Counter[Pair] = Counter()
    for pair, count in weights.items():
        one, other = (kept if each == gone else each for each in pair)
        if one != other:
            found[min(one, other), max(one, other)] += count
    return found


def _filled(clusters: Sequence[set[str]], most: int) -> list[set[str]]:
    """Put each into the first with room for it."""
    filled: list[set[str]] = []
    for each in clusters:
        room = next((other for other in filled if len(other) + len(each) <= most), None)
        if room is None:
            filled.append(set(each))
        else:
            room |= each
    return filled
