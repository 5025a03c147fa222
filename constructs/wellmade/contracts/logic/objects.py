"""Objects: which names are present, and what each value must be."""

from collections.abc import Iterator, Mapping
from typing import Any

from wellmade.contracts.logic.answer import (
    LARGEST,
    NOTHING,
    Answer,
    Found,
    Nothing,
    State,
    Tried,
    Unknown,
    bounded,
)
from wellmade.contracts.logic.assertions import Assertions
from wellmade.contracts.logic.fields import Fields, Need
from wellmade.contracts.logic.searching import Searching
from wellmade.contracts.logic.values import UnknownError, canonical

Asked = Mapping[str, State]
"""Names that are present, with what is asked of each beyond what every value of that name must be."""
MOST_FIELDS = 150


def find_object(solver: Searching, asserted: Assertions) -> Answer:
    """Return an object that fulfils all."""
    least, most = asserted.sizes("min_fields", "max_fields")
    fields = Fields(solver, asserted)
    required: dict[str, State] = dict.fromkeys(asserted.asked("required"), frozenset())
    if not fields.may_have(required) or (most is not None and max(least, len(required)) > most):
        return NOTHING
    if least > MOST_FIELDS:
        return Unknown(f"an event with {least} fields would be needed")
    tried = Tried()
    try:
        needs = _open_needs(fields, required, tried)
        for asked in _needed(fields, needs, required, tried) if needs is not None else ():
            if most is None or len(asked) <= most:
                answer = _built(fields, asked, least, most)
                if isinstance(answer, Found):
                    return answer
                tried.note(answer)
    except UnknownError as error:
        return Unknown(str(error))
    return tried.answer


def _open_needs(fields: Fields, required: Asked, tried: Tried) -> list[Need] | None:
    """Return what is not fulfilled by all that is required anyway, or None where something cannot be.

    Each is looked at alone, the ones with few ways come first: so unions need no product of their members.
    """
    found = []
    for need in fields.needs():
        ways, fulfilled = 0, False
        for name, extra in fields.ways(need, required, tried):
            opposite = frozenset((side, not sign, node) for side, sign, node in extra)
            if name in required and isinstance(fields.value(name, opposite), Nothing):
                fulfilled = True
                break
            answer = fields.value(name, extra)
            ways += isinstance(answer, Found)
            tried.note(answer)
        if not fulfilled and not ways:
            return None
        if not fulfilled:
            found.append((ways, need))
    return [need for _, need in sorted(found, key=lambda pair: pair[0])]


def _needed(fields: Fields, needs: list[Need], asked: Asked, tried: Tried) -> Iterator[Asked]:
    """Yield each way to fulfil what some field must be like."""
    if not needs:
        yield asked
        return
    for name, extra in fields.ways(needs[0], asked, tried):
        fields.solver.budget.spend()
        literals = asked.get(name, frozenset()) | extra
        answer = fields.value(name, literals)
        if not isinstance(answer, Found):
            tried.note(answer)
            continue
        yield from _needed(fields, needs[1:], {**asked, name: literals}, tried)


def _built(fields: Fields, asked: Asked, least: int, most: int | None) -> Answer:
    value: dict[str, Any] = {}
    tried, size = Tried(), 1
    for name, literals in asked.items():
        answer = fields.value(name, literals)
        if not isinstance(answer, Found):
            return answer
        value[name] = answer.value
        size += answer.size
    if size > LARGEST:
        return bounded(value, size)
    spare = fields.spare(value, tried)
    excluded = fields.asserted.excluded
    while len(value) < least or (excluded and canonical(value) in excluded):
        more = next(spare, None) if most is None or len(value) < most else None
        if more is None:
            return _other_values(fields, asked, value, tried) if len(value) >= least else tried.answer
        value[more[0]] = more[1]
        size += 1
    return bounded(value, size)


def _other_values(fields: Fields, asked: Asked, value: dict[str, Any], tried: Tried) -> Answer:
    """Change one value, where the object is one that must not be and cannot have more fields."""
    for name, known in value.items():
        other = fields.value(name, asked.get(name, frozenset()) | {fields.other_than(known)})
        if (
            isinstance(other, Found)
            and canonical(value | {name: other.value}) not in fields.asserted.excluded
        ):
            return Found(value | {name: other.value})
        tried.note(other)
    if len(fields.asserted.excluded) > 1:
        tried.note(Unknown("more than one value must not be"))
    return tried.answer
