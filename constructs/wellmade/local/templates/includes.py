"""What a template takes from a file by `AWS::Include`, put in its place.

CloudFormation does so before SAM and everything else look at the template.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from wellmade.errors import WellmadeError
from wellmade.graph.read.decode import decode

_KEY = "Fn::Transform"
_SECTION = "Transform"


def completed(body: dict[str, Any], file: Path) -> dict[str, Any]:
    """Return a template with the sections of the files that it includes as a whole, outside of any section.

    What the template says itself of the same counts.

    Raises:
        WellmadeError: If such a file does not lie beside the template, or has no sections.
    """
    made = {name: each for name, each in body.items() if name not in (_KEY, _SECTION)}
    for call in _calls(body):
        path = beside(file.parent, str(file), "AWS::Include", _location(call))
        content = decode(path)[0] if path else None
        if not isinstance(content, dict):
            raise WellmadeError(
                f"{file}: AWS::Include of a whole template must name a file with sections beside it, "
                f"got {_location(call)}"
            )
        for name, section in content.items():
            own = made.get(name)
            made[name] = (
                {**section, **own} if isinstance(section, dict) and isinstance(own, dict) else section
            )
    others = [each for each in _transforms(body) if not _is_include(each)]
    return {**made, _SECTION: others} if others else made


def _calls(body: dict[str, Any]) -> Iterator[Any]:
    yield from (each for each in [body.get(_KEY), *_transforms(body)] if _is_include(each))


def _transforms(body: dict[str, Any]) -> list[Any]:
    named = body.get(_SECTION) or []
    return named if isinstance(named, list) else [named]


def _is_include(call: Any) -> bool:
    return isinstance(call, dict) and call.get("Name") == "AWS::Include"


def _location(call: dict[str, Any]) -> Any:
    return (call.get("Parameters") or {}).get("Location")


def beside(folder: Path, place: str, key: str, value: Any) -> Path | None:
    """Return the file or folder that a property names; None where it names something else.

    Args:
        folder: Where the template is.
        place: Where in it the property is, for what is said.
        key: The property.
        value: What it says.

    Raises:
        WellmadeError: If it is not there.
    """
    if not isinstance(value, str) or "://" in value:
        return None
    path = folder / value
    if not path.exists():
        raise WellmadeError(f"{place}: {key} must be a file or folder beside the template, got {value}")
    return path


def included(value: Any, file_of: Callable[[str, Any], Path | None]) -> Any:
    """Return a part of a template with everything inside that it includes.

    Args:
        value: The part.
        file_of: Given what names it, and the name, returns a file beside the template; None where the name
            means something else, which is left to CloudFormation.

    Raises:
        WellmadeError: If a file is missing or cannot be read.
    """
    if isinstance(value, list):
        return [included(each, file_of) for each in value]
    if not isinstance(value, dict):
        return value
    inner = {name: included(each, file_of) for name, each in value.items()}
    call = inner.get(_KEY)
    if not isinstance(call, dict) or not _is_include(call):
        return inner
    path = file_of("AWS::Include", _location(call))
    if path is None:
        return inner
    content = decode(path)[0]
    rest = {name: each for name, each in inner.items() if name != _KEY}
    return {**content, **rest} if isinstance(content, dict) else content
