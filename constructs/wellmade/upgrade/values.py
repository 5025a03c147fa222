"""Values of templates in one form, so that two ways to write the same thing are the same."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Path = tuple[str, ...]

_ABSENT = (None, {"Ref": "AWS::NoValue"})
_SECRET = re.compile("password|secret|token|userdata", re.IGNORECASE)
_SUB = re.compile(r"\$\{(!?[^}]+)\}")


def canonical(value: Any, mappings: Mapping[str, Any]) -> Any:
    """Return a value as CloudFormation takes it.

    `Fn::Sub` and `Fn::Join` become parts in a row, maps are looked up, and numbers and booleans are text, as
    CloudFormation does not tell `5` from `"5"`.

    Args:
        value: As the template has it.
        mappings: The template's section of that name.
    """
    match value:
        case dict() if len(value) == 1 and (name := next(iter(value))) in _FUNCTIONS:
            found = _FUNCTIONS[name](value[name], mappings)
            return value if found is None else found
        case dict():
            return {key: canonical(each, mappings) for key, each in value.items() if each not in _ABSENT}
        case list():
            return [canonical(each, mappings) for each in value]
        case _:
            return _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    return str(value) if isinstance(value, int) else value


def _join(given: Any, mappings: Mapping[str, Any]) -> Any:
    match given:
        case [str(by), list(parts)]:
            between = [each for part in parts for each in (by, canonical(part, mappings))][1:]
            return _joined(between)
    return None


def _sub(given: Any, mappings: Mapping[str, Any]) -> Any:
    match given:
        case str():
            return _joined(list(_parts(given, {})))
        case [str(text), dict(values)]:
            known = {name: canonical(each, mappings) for name, each in values.items()}
            return _joined(list(_parts(text, known)))
    return None


def _attribute(given: Any, _mappings: Mapping[str, Any]) -> Any:
    return {"Fn::GetAtt": given.split(".", 1)} if isinstance(given, str) else None


def _in_map(given: Any, mappings: Mapping[str, Any]) -> Any:
    match given:
        case [str(name), str(first), str(second), *_]:
            found: Any = mappings
            for key in (name, first, second):
                found = found.get(key) if isinstance(found, dict) else None
            return None if found is None else canonical(found, mappings)
    return None


_FUNCTIONS: Mapping[str, Callable[[Any, Mapping[str, Any]], Any]] = {
    "Fn::Join": _join,
    "Fn::Sub": _sub,
    "Fn::GetAtt": _attribute,
    "Fn::FindInMap": _in_map,
}
"""Each returns None for what it does not understand, which then stays as it is written."""


def _parts(text: str, given: Mapping[str, Any]) -> Iterator[Any]:
    last = 0
    for found in _SUB.finditer(text):
        name = found[1]
        yield text[last : found.start()]
        if name.startswith("!"):
            yield f"${{{name[1:]}}}"
        elif name in given:
            yield given[name]
        else:
            yield {"Fn::GetAtt": name.split(".", 1)} if "." in name else {"Ref": name}
        last = found.end()
    yield text[last:]


def _joined(parts: list[Any]) -> Any:
    flat: list[Any] = []
    for part in parts:
        for each in part["parts"] if _is_joined(part) else [part]:
            if isinstance(each, str) and flat and isinstance(flat[-1], str):
                flat[-1] += each
            elif each != "":
                flat.append(each)
    if len(flat) == 1:
        return flat[0]
    return {"parts": flat} if flat else ""


def _is_joined(part: Any) -> bool:
    return isinstance(part, dict) and set(part) == {"parts"} and isinstance(part["parts"], list)


def at(properties: Any, path: Path) -> Any:
    """Return what stands at a path; None where nothing does. Of a list, what stands there in each."""
    if not path:
        return properties
    if isinstance(properties, dict) and list(properties) == ["Fn::If"] and len(properties["Fn::If"]) == 3:
        condition, *branches = properties["Fn::If"]
        found = [at(each, path) for each in branches]
        return {"Fn::If": [condition, *found]} if any(each is not None for each in found) else None
    if path[0] == "*":
        return [at(each, path[1:]) for each in properties] if isinstance(properties, list) else None
    return at(properties.get(path[0]), path[1:]) if isinstance(properties, dict) else None


def referred(value: Any) -> set[str]:
    """Return the logical ids that a value refers to; an output of a nested stack as `Inner.Outputs.Name`."""
    match value:
        case {"Fn::GetAtt": [str(name), str(attribute)]} if attribute.startswith("Outputs."):
            return {name, f"{name}.{attribute}"}
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            return {name}
        case dict():
            return set().union(*(referred(each) for each in value.values()))
        case list():
            return set().union(*(referred(each) for each in value))
        case _:
            return set()


def looked_up(value: Any) -> set[tuple[str, str | None, str | None]]:
    """Return the maps in which a value is looked up, with row and column where they are written out."""
    match value:
        case {"Fn::FindInMap": [str(name), first, second, *_]}:
            keys = (key if isinstance(key, str) else None for key in (first, second))
            return {(name, *keys)}  # type: ignore[arg-type] # two of them
        case dict():
            return set().union(*(looked_up(each) for each in value.values()))
        case list():
            return set().union(*(looked_up(each) for each in value))
        case _:
            return set()


def told(name: str, before: Any, after: Any) -> str:
    """Say that a value changes, and from what to what unless it may be a secret."""
    if _SECRET.search(name):
        return "changes"
    return f"changes from {shown(before)} to {shown(after)}"


def shown(value: Any) -> str:
    """Return a value for a sentence."""
    match value:
        case None:
            return "nothing"
        case {"parts": list(parts)}:
            return "".join(shown(part) for part in parts)
        case {"Ref": str(name)}:
            return f"<{name}>"
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return f"<{name}.{attribute}>"
        case str():
            return value
        case _:
            text = json.dumps(value, default=str)
            return text if len(text) <= 60 else f"{text[:57]}…"
