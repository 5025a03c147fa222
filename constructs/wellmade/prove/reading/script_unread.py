"""What in TypeScript and JavaScript may call AWS and is not read: libraries, what values name, modules."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from wellmade.prove.code.script_imports import imported
from wellmade.prove.reading.libraries import libraries
from wellmade.prove.reading.python_unread import of_text
from wellmade.prove.reading.script_classes import by_values
from wellmade.prove.reading.script_tokens import QUOTES, Token, places_of
from wellmade.prove.reading.sites import ANY, Unread

_LOCAL = (".", "/", "@/", "~", "#")
"""How the names of a project's own modules begin."""
_OWN_PACKAGES = ("workspace:", "file:", "link:", "portal:")
"""How a project's own packages are depended on."""
_PATHS = re.compile(r'"paths"\s*:\s*\{(.*?)\}', re.DOTALL)
_BEGINNING = re.compile(r'"([^"*]+)\*?"\s*:\s*\[')
_REQUESTS = ("makeRequest", "makeUnauthenticatedRequest")
"""Methods of the old SDK that get the name of an operation."""
_DATA = (
    ".json",
    ".css",
    ".html",
    ".graphql",
    ".gql",
    ".txt",
    ".sql",
    ".wasm",
    ".d.ts",
    ".pem",
    ".yaml",
    ".yml",
)
"""Modules that are no code."""


def of_imports(file: Path, names: Iterable[str], roots: Sequence[Path]) -> Iterator[Unread]:
    """Yield the libraries that call AWS by themselves, and the project's own modules that are not found."""
    for name in dict.fromkeys(names):
        for library, found in libraries()["packages"].items():
            if _is_of(name, library) and _is_used(found, file):
                yield Unread(file, 1, name, tuple(found["services"]), heard=found.get("heard", True))
        if imported(file, name, roots) or name.endswith(_DATA):
            continue
        is_own = _is_own_package(file.parent, name) or name.startswith(_paths(file.parent))
        if name.startswith(_LOCAL) or is_own:
            yield Unread(file, 1, f"the module {name}", ANY)


def _is_of(name: str, library: str) -> bool:
    return name == library or name.startswith((f"{library}/", library if library.endswith("/") else "\0"))


def _is_used(found: Mapping[str, Any], file: Path) -> bool:
    """Tell whether a script names what of a package calls AWS; of most it is all."""
    return "names" not in found or any(each in file.read_text(errors="replace") for each in found["names"])


def of_tokens(
    file: Path,
    tokens: Sequence[Token],
    reached: Iterable[int],
    made: Mapping[str, tuple[str, bool]],
    services: Sequence[str],
) -> Iterator[Unread]:
    """Yield what reached tokens call in a way that only the run of a program tells.

    Args:
        file: Where they stand.
        tokens: Of the file.
        reached: Places of those that the handler reaches.
        made: Names that hold a client, with its service.
        services: Whose packages the file imports.
    """
    if file.suffix in (".jsx", ".tsx") and _has_markup(tokens):
        yield Unread(file, 1, f"{file.name}, which has markup in it", ANY, heard=False)
    called = frozenset(by_values(tokens))
    packages = _packages(tokens)
    wanted = {"new", *made, *packages, *_REQUESTS}
    for index in reached:
        text, line = tokens[index]
        is_wanted = text in wanted or text[0] in QUOTES or index in called or text.startswith("waitUntil")
        if not is_wanted:
            continue
        following = _text(tokens, index + 1)
        if text in made and following == "[" and _text(tokens, index - 1) != "new":
            yield Unread(file, line, f"a method of {made[text][0]}", (made[text][0],), heard=False)
        elif text == "new" and (following == "(" or _text(tokens, index + 2) == "[") and services:
            yield Unread(file, line, "a command that a value names", tuple(services))
        elif (text in packages and following == "[") or text in _REQUESTS:
            yield Unread(file, line, "a command that a value names", tuple(services) or ANY)
        elif text.startswith("waitUntil") and following == "(" and services:
            yield Unread(file, line, text, tuple(services))
        elif text[:1] in "'\"`" and (what := of_text(text[1:-1])):
            yield Unread(file, line, *what, heard=False)
        elif index in called and made:
            services_made = dict.fromkeys(service for service, _ in made.values())
            yield Unread(file, line, "a method that a value names", tuple(services_made), heard=False)


def _has_markup(tokens: Sequence[Token]) -> bool:
    """Tell whether an element is closed: signs in its text begin no strings."""
    return any(_text(tokens, at + 1) == "/" for at in places_of(tokens, "<"))


def _packages(tokens: Sequence[Token]) -> set[str]:
    """Return the names that hold packages of the SDK as a whole: `sdk` of `import * as sdk from …`."""
    places = (at for at, each in enumerate(tokens) if each.text[1:].startswith("@aws-sdk/"))
    return {_text(tokens, at - (2 if _text(tokens, at - 1) == "from" else 4)) for at in places} - {"}", ""}


def _is_own_package(folder: Path, name: str) -> bool:
    """Tell whether a package is one of the project's own, which lies beside it."""
    package = "/".join(name.split("/")[: 2 if name.startswith("@") else 1])
    for each in (folder, *folder.parents):
        if (file := each / "package.json").is_file():
            return _dependencies(file).get(package, "").startswith(_OWN_PACKAGES)
    return False


@cache
def _paths(folder: Path) -> tuple[str, ...]:
    """Return how the names begin that the nearest `tsconfig.json` leads to modules of the project."""
    for each in (folder, *folder.parents):
        if (file := each / "tsconfig.json").is_file():
            paths = _PATHS.search(file.read_text(errors="replace"))
            return tuple(_BEGINNING.findall(paths[1])) if paths else ()
    return ()


@cache
def _dependencies(file: Path) -> Mapping[str, str]:
    try:
        document: Any = json.loads(file.read_text())
        found = {**document.get("devDependencies", {}), **document.get("dependencies", {})}
    except (ValueError, AttributeError, TypeError):
        return {}
    return {name: str(version) for name, version in found.items()}


def _text(tokens: Sequence[Token], index: int) -> str:
    return tokens[index].text if 0 <= index < len(tokens) else ""
