"""YAML of which every value knows its line, so that errors name file, line and key."""

from collections.abc import Iterator
from difflib import get_close_matches
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn

import yaml  # type: ignore[import-untyped]

from wellmade.capacity.units import LARGEST
from wellmade.errors import WellmadeError

_LARGEST = 1_000_000
Scalar = float | bool | str


class LocatedYaml:
    """One value of the file; `key` is the path that leads to it."""

    def __init__(self, file: Path, node: Any, key: str) -> None:
        """Wrap a composed node."""
        self.file = file
        self.key = key
        self._node = node

    def entries(self, allowed: tuple[str, ...] = ()) -> "dict[str, LocatedYaml]":
        """Return a mapping's values; an allowed list of keys refuses others."""
        if isinstance(self._node, yaml.ScalarNode) and not self._node.value:
            return {}
        if not isinstance(self._node, yaml.MappingNode):
            self.refuse("must be a mapping" + (f" of {', '.join(allowed)}" if allowed else ""), self._shown())
        found: dict[str, LocatedYaml] = {}
        for name, value in self._pairs():
            at = LocatedYaml(self.file, value, f"{self.key}.{name.value}" if self.key else str(name.value))
            if allowed and name.value not in allowed:
                LocatedYaml(self.file, name, at.key).refuse(
                    f"is no key here; allowed are {', '.join(allowed)}", hint=str(name.value), among=allowed
                )
            if name.value in found:
                LocatedYaml(self.file, name, at.key).refuse("is given twice; give it once")
            found[str(name.value)] = at
        return found

    def number(self, *, least: float = 0.0, most: float = LARGEST, whole: bool = False) -> float:
        """Return a number within bounds."""
        try:
            value = float(self._node.value) if isinstance(self._node, yaml.ScalarNode) else None
        except ValueError:
            value = None
        fits = value is not None and isfinite(value) and least <= value <= most
        if value is None or not fits or (whole and value != int(value)):
            kind = "a whole number" if whole else "a number"
            self.refuse(f"must be {kind} from {least:g} to {most:g}", self._shown())
        return value

    def text(self) -> str:
        """Return a text."""
        if not isinstance(self._node, yaml.ScalarNode) or not self._node.value:
            self.refuse("must be a text", self._shown())
        return str(self._node.value)

    def flag(self) -> bool:
        """Return a truth value."""
        value = self.scalar()
        if not isinstance(value, bool):
            self.refuse("must be true or false", self._shown())
        return value

    def scalar(self) -> Scalar:
        """Return a truth value, a number or a text."""
        text = self.text()
        if text.lower() in ("true", "false"):
            return text.lower() == "true"
        try:
            value = float(text)
        except ValueError:
            return text
        return value if isfinite(value) else text

    def refuse(
        self, problem: str, given: str = "", *, hint: str = "", among: tuple[str, ...] = ()
    ) -> NoReturn:
        """Raise the error that names file, line and key."""
        close = get_close_matches(hint, among, n=1)
        more = (f", got {given}" if given else "") + (f"; did you mean {close[0]}?" if close else "")
        raise WellmadeError(f"{self.place}: {self.key or 'the file'} {problem}{more}")

    @property
    def is_mapping(self) -> bool:
        """Tell whether it holds keys."""
        return isinstance(self._node, yaml.MappingNode)

    @property
    def place(self) -> str:
        """Return file and line."""
        return f"{self.file}:{self._node.start_mark.line + 1}"

    def _pairs(self) -> Iterator[tuple[Any, Any]]:
        for name, value in self._node.value:
            if not isinstance(name, yaml.ScalarNode):
                LocatedYaml(self.file, name, self.key).refuse("has a key that is no text")
            yield name, value

    def _shown(self) -> str:
        if isinstance(self._node, yaml.ScalarNode):
            return repr(self._node.value[:40])
        return "a list" if isinstance(self._node, yaml.SequenceNode) else "a mapping"


def read(file: Path, hint: str = "write one as docs/capacity.md shows") -> LocatedYaml | None:
    """Return the root of a YAML file; None when it is empty.

    Raises:
        WellmadeError: With file and line, if it cannot be read as YAML.
    """
    try:
        if file.exists() and not file.is_file():
            # A pipe may never be written to, and a device has no end.
            raise WellmadeError(f"{file}: must be a file of its own, no folder, pipe or device")
        with file.open("rb") as stream:
            data = stream.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise WellmadeError(f"{file}: must be at most {_LARGEST:,} bytes")
        node = yaml.compose(data.decode(), Loader=yaml.SafeLoader)
    except OSError as error:
        raise WellmadeError(f"{file}: {error.strerror}; {hint}") from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise WellmadeError(f"{file}:{line}: is not UTF-8; save it as UTF-8") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise WellmadeError(f"{file}:{line}: is no YAML: {error.problem}") from error
    except yaml.reader.ReaderError as error:
        raise WellmadeError(f"{file}: holds a character that YAML does not allow: {error.reason}") from error
    except RecursionError as error:
        raise WellmadeError(f"{file}: is nested too deeply for a capacity file") from error
    return LocatedYaml(file, node, "") if node else None
