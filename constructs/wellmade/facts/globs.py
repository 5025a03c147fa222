"""Patterns with `*` for any characters and `?` for one, as IAM and S3 have them."""


def can_both_match(one: str, other: str) -> bool:
    """Tell whether some text matches both patterns."""
    seen, open_places = set(), [(0, 0)]
    while open_places:
        place = open_places.pop()
        if place in seen:
            continue
        seen.add(place)
        if place == (len(one), len(other)):
            return True
        open_places += _next(one, other, *place)
    return False


def _next(one: str, other: str, at: int, there: int) -> list[tuple[int, int]]:
    """Return how far both patterns get with one character more, or with none where a star ends."""
    first, second = one[at : at + 1], other[there : there + 1]
    found = []
    if first == "*":
        found.append((at + 1, there))
    if second == "*":
        found.append((at, there + 1))
    if first == "*" and second not in {"", "*"}:
        found.append((at, there + 1))
    if second == "*" and first not in {"", "*"}:
        found.append((at + 1, there))
    if "*" not in {first, second} and first and second and (first == second or "?" in {first, second}):
        found.append((at + 1, there + 1))
    return found
