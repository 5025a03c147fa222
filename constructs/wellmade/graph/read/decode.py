"""From the bytes of a file to plain Python, or to one line that says what is wrong and where."""

import json
import re
from pathlib import Path
from typing import Any

from wellmade.errors import WellmadeError
from wellmade.graph.read import json_text
from wellmade.graph.read.limits import MAX_BYTES, MAX_DEPTH

_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')

_OPEN = ("/dev/", "/proc/")
"""Where a shell gives what it has opened already, as of `<(cdk synth)`."""


def decode(file: Path) -> tuple[Any, dict[str, int]]:
    """Read a JSON or YAML file; return what it holds and the line of each entry of its `Resources`.

    Raises:
        WellmadeError: With file and line, if it is neither, or too large, or nested too deeply.
    """
    return _parse(file, _text(file))


def decode_text(source: str, of: str) -> Any:
    """Return what a text holds, JSON or YAML.

    Args:
        source: The text.
        of: Where it is from, for what is said of its faults.

    Raises:
        WellmadeError: With the line, if it is neither.
    """
    return _parse(Path(of), source)[0]


def _text(file: Path) -> str:
    try:
        if file.is_fifo() and not str(file).startswith(_OPEN):
            raise WellmadeError(f"{file}: is a pipe, which may never be written to; give a file")
        with file.open("rb") as stream:  # a device tells no size, and has no end
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise WellmadeError(f"{file}: cannot be read: {error.strerror}") from error
    except ValueError as error:  # of a NUL in the name
        raise WellmadeError(f"{str(file)!r}: cannot be read: {error}") from error
    if len(content) > MAX_BYTES:
        most = MAX_BYTES // 1024**2
        raise WellmadeError(
            f"{file}:1: the template has more than {most} MB, and CloudFormation takes 1 MB; split it"
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise WellmadeError(
            f"{file}:{line}: byte {error.start} is not UTF-8; save the file as UTF-8"
        ) from error


def _parse(file: Path, source: str) -> tuple[Any, dict[str, int]]:
    """Read JSON when the text looks like it, else YAML, of which tidy JSON is a part."""
    if source.lstrip()[:1] in ("{", "["):
        try:
            return json_text.parse(source)
        except RecursionError as error:
            raise WellmadeError(f"{file}:{_line_of_depth(source)}: {too_deep()}") from error
        except json.JSONDecodeError as error:
            if file.suffix in (".json", ".template") or error.pos >= len(source.rstrip()):
                raise WellmadeError(f"{file}:{error.lineno}: is no JSON: {error.msg}") from error
        except ValueError as error:
            raise WellmadeError(
                f"{file}:1: holds a number of too many digits; write a shorter one"
            ) from error
    return _parse_yaml(file, source)


def _parse_yaml(file: Path, source: str) -> tuple[Any, dict[str, int]]:
    """Import PyYAML only for files that need it: an assembly is JSON throughout."""
    from wellmade.graph.read import yaml_text  # noqa: PLC0415 -- see above

    try:
        return yaml_text.parse(source)
    except yaml_text.YamlTextError as error:
        raise WellmadeError(f"{file}:{error.line}: is no YAML: {error}") from error


def too_deep() -> str:
    """Say what is wrong with a template that is nested too deeply."""
    return f"nested too deeply; at most {MAX_DEPTH} levels are read"


def _line_of_depth(source: str) -> int:
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(source):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(match[0], 0)
        if depth > MAX_DEPTH:
            return source.count("\n", 0, match.start()) + 1
    return 1
