"""Write the types of all contracts of a folder."""

import keyword
import re
from collections.abc import Mapping
from pathlib import Path

from wellmade.contracts.consumer_types.python import python
from wellmade.contracts.consumer_types.shape import OURS, Shapes, camel
from wellmade.contracts.consumer_types.typescript import typescript
from wellmade.contracts.sources.contract import Contract

_EDGE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")


def write_types(contracts: Mapping[str, Contract], directory: Path) -> list[Path]:
    """Write a module of Python and one of TypeScript for each contract; return the files.

    Types say less than schemas: patterns, bounds and conditions are left to validation, and what a type
    cannot say is wider, never narrower. A contract in a language that is not known is left out.

    Raises:
        ValueError: If a file is there that this did not write, or two contracts have one name in a module.
    """
    texts: dict[Path, str] = {}
    for name, contract in contracts.items():
        if contract.strange:
            continue
        kind, stem = _names(name)
        shapes = Shapes(contract.document, kind)
        for ending, text in (("py", python(kind, name, shapes)), ("ts", typescript(kind, name, shapes))):
            file = directory / f"{stem}.{ending}"
            if file in texts:
                raise ValueError(f"{file}: must be the types of one event, got another in {name}; rename one")
            texts[file] = text
    for file in texts:
        _refuse_others(file)
    directory.mkdir(parents=True, exist_ok=True)
    for file, text in texts.items():
        file.write_text(text, encoding="utf-8")
    return list(texts)


def _names(event: str) -> tuple[str, str]:
    """Return how the type and the module of an event are called: names of Python, too."""
    kind, stem = camel(event), _EDGE.sub("_", event).strip("_").lower()
    if not stem[:1].isalpha() or keyword.iskeyword(stem):
        return f"Event{kind}", f"event_{stem}".rstrip("_")
    return kind, stem


def _refuse_others(file: Path) -> None:
    if not file.exists() and not file.is_symlink():
        return
    with_us = file.is_file() and OURS in file.read_bytes()[:1000].decode(errors="replace")
    if not with_us:
        raise ValueError(f"{file}: must be a file that --to-types wrote, got another; name another directory")
