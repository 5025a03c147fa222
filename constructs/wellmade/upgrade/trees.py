"""What becomes of the resources of all stacks: values go from what nests a stack into it, and back."""

from collections.abc import Iterator, Mapping

from wellmade.errors import WellmadeError
from wellmade.upgrade.change import Fate, Why
from wellmade.upgrade.fates import fates
from wellmade.upgrade.given import outputs_anew, parameters_given, renewed
from wellmade.upgrade.stacks import Written

NESTED = "AWS::CloudFormation::Stack"
MOST_ROUNDS = 20
"""How often values may go out of one nested stack and into another, each time against the order before."""
_Fates = dict[str, dict[str, Why]]
_Outputs = dict[str, dict[str, Fate]]


def fates_of_all(old: Mapping[str, Written], new: Mapping[str, Written]) -> _Fates:
    """Return what becomes of the resources of every stack that stays.

    An output of a nested stack that changes may replace what is beside it, and so on: the stacks are judged
    until nothing more is found, in their order and against it.

    Raises:
        WellmadeError: If values go through more nested stacks than anybody writes.
    """
    stay = sorted(old.keys() & new.keys(), key=lambda each: (each.count("/"), each))
    found: _Fates = {}
    outputs: _Outputs = {}
    for number in range(MOST_ROUNDS):
        before = {name: dict(each) for name, each in found.items()}
        for name in stay if number % 2 == 0 else reversed(stay):
            found[name] = _judged(name, old, new, found, outputs)
            above, _, nested = name.rpartition("/")
            if old[name].is_nested and above in found:
                known = outputs.setdefault(above, {})
                known |= outputs_anew((old[name], new[name]), nested, renewed(found[name], old[name]))
        if found == before or not outputs:
            return found
    raise WellmadeError("outputs of nested stacks go through too many others; compare them apart")


def _judged(
    name: str, old: Mapping[str, Written], new: Mapping[str, Written], found: _Fates, outputs: _Outputs
) -> dict[str, Why]:
    above, _, nested = name.rpartition("/")
    given = {key: (fate, f"is {fate}") for key, fate in outputs.get(name, {}).items()}
    whole: dict[str, Why] = {}
    if old[name].is_nested and above in found:
        anew = {**renewed(found[above], old[above]), **outputs.get(above, {})}
        given |= parameters_given((old[above], new[above]), (old[name], new[name]), nested, anew)
        whole = _with_their_stack(old[name], found[above].get(nested))
    return {**whole, **fates(old[name], new[name], given), **dict(_unread(name, old, new))}


def _with_their_stack(inner: Written, why: Why | None) -> dict[str, Why]:
    """Return what goes with the nested stack that it is in."""
    if why is None or why[0] not in (Fate.REPLACED, Fate.PERHAPS):
        return {}
    return dict.fromkeys(inner.resources, (why[0], f"so is its nested stack: {why[1]}"))


def _unread(name: str, old: Mapping[str, Written], new: Mapping[str, Written]) -> Iterator[tuple[str, Why]]:
    """Yield nested stacks that change, or go, and whose template was not given."""
    for logical_id, before in old[name].resources.items():
        inner, after = f"{name}/{logical_id}", new[name].resources.get(logical_id)
        if before["Type"] != NESTED or (inner in old and (after is None or inner in new)):
            continue
        # Of one that CloudFormation does not have it told that a condition leaves it out.
        if after is not None and inner in new and old[name].file is None:
            continue
        if after is None or after["Properties"] != before["Properties"] or inner in old or inner in new:
            yield logical_id, (Fate.NOT_JUDGED, "its template was not given, and may be another one")
