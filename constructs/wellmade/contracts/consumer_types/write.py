"""Write the types of all contracts of a folder."""

import re
from collections.abc import Mapping
from pathlib import Path

from wellmade.contracts.consumer_types.python import python
from wellmade.contracts.consumer_types.shape import Shapes, camel
from wellmade.contracts.consumer_types.typescript import typescript
from wellmade.contracts.sources.contract import Contract

_EDGE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")


def write_types(contracts: Mapping[str, Contract], directory: Path) -> list[Path]:
    """Write a module of Python and one of TypeScript for each contract; return the files.

    Types say less than schemas: patterns, bounds and conditions are left to validation, and what a type
    cannot say is wider, never narrower. A contract in a language that is not known is left out.
    """
    directory.mkdir(parents=True, exist_ok=True)
    files = []
    for name, contract in contracts.items():
        if contract.strange:
            continue
        kind = camel(name)
        shapes = Shapes(contract.document, kind)
        stem = _EDGE.sub("_", name).strip("_").lower()
        for ending, text in (("py", python(kind, name, shapes)), ("ts", typescript(kind, name, shapes))):
            file = directory / f"{stem}.{ending}"
            file.write_text(text)
            files.append(file)
    return files
