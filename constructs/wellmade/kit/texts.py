"""What a value may read when it is deployed, as far as the template tells: intrinsic functions worked out."""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Any

_PLACEHOLDER = re.compile(r"\$\{([^!}][^}]*)\}")
_MOST = 64
"""Texts of one value: branches multiply, and what has so many of them is judged by the first."""


def texts_of(value: Any, template: Mapping[str, Any] | None = None) -> list[str]:
    """Return each text that a resolved value may be; what deployment alone tells stands as `${Token[…]}`.

    Args:
        value: As the CDK resolves it, or as it stands in a template.
        template: Whose parameters' defaults and mappings are read. Default: none is.
    """
    return list(islice(dict.fromkeys(_texts(value, template or {})), _MOST))


def _texts(value: Any, template: Mapping[str, Any]) -> Iterator[str]:
    match value:
        case str():
            yield value
        case {"Ref": str(name)}:
            yield _default(name, template)
        case {"Fn::Join": [str(between), list(parts)]}:
            options = [texts_of(part, template) for part in parts]
            yield from (between.join(each) for each in islice(product(*options), _MOST))
        case {"Fn::Sub": str(text)}:
            yield from _substituted(text, {}, template)
        case {"Fn::Sub": [str(text), dict(given)]}:
            yield from _substituted(text, given, template)
        case {"Fn::If": [_, one, other]}:
            yield from (*_texts(one, template), *_texts(other, template))
        case {"Fn::Select": [index, parts]} if str(index).isdigit():
            yield from (
                _unknown(value) if each is None else each for each in _selected(int(index), parts, template)
            )
        case {"Fn::Base64": inner}:
            yield from _texts(inner, template)
        case {"Fn::FindInMap": [str(name), str(one), str(other)]}:
            found = template.get("Mappings", {}).get(name, {}).get(one, {}).get(other)
            yield found if isinstance(found, str) else _unknown(value)
        case _:
            yield _unknown(value)


def _selected(index: int, parts: Any, template: Mapping[str, Any]) -> Iterator[str | None]:
    """Yield a part of a list, or of a text that is split; None where it has none, or that is not known."""
    match parts:
        case list() if index < len(parts):
            yield from _texts(parts[index], template)
        case {"Fn::Split": [str(mark), inner]}:
            for text in texts_of(inner, template):
                is_inside = re.search(rf"\$\{{Token\[[^\]]*{re.escape(mark)}", text)
                found = text.split(mark)
                yield None if is_inside or index >= len(found) else found[index]
        case _:
            yield None


def _default(name: str, template: Mapping[str, Any]) -> str:
    """Return a parameter's default; that of one of SSM is the name of what holds the value."""
    parameter = template.get("Parameters", {}).get(name, {})
    found = parameter.get("Default")
    is_text = isinstance(found, str) and not str(parameter.get("Type")).startswith("AWS::SSM::")
    return found if is_text else _unknown(name)


def _substituted(text: str, given: Mapping[str, Any], template: Mapping[str, Any]) -> Iterator[str]:
    names = list(dict.fromkeys(_PLACEHOLDER.findall(text)))
    options = [texts_of(given.get(name, {"Ref": name}), template) for name in names]
    for chosen in islice(product(*options), _MOST):
        known = dict(zip(names, chosen, strict=True))
        parts = _PLACEHOLDER.split(text)  # text, name, text, …
        yield "".join(known[each] if odd % 2 else each for odd, each in enumerate(parts)).replace("${!", "${")


def _unknown(value: Any) -> str:
    inside = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    return f"${{Token[{re.sub(r'[^A-Za-z0-9.]', '-', inside)}]}}"
