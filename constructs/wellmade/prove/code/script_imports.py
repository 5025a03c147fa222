"""Which files a module of TypeScript or JavaScript imports, and what those import in turn."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from wellmade.prove.code.kept import content_of, kept
from wellmade.prove.reading.script_tokens import Token, source_of, tokens_of

SUFFIXES = (".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx")


def files_of(entry: Path, roots: Sequence[Path]) -> list[Path]:
    """Return a module and the modules that it imports by their paths."""
    waiting, found = [entry], {entry: None}
    while waiting:
        file = waiting.pop()
        for name in imports_of(file):
            module = imported(file, name, roots)
            if module and module not in found:
                found[module] = None
                waiting.append(module)
    return list(found)


def imports_of(file: Path) -> list[str]:
    """Return what a module imports, as it is written."""
    store, key = kept(), f"script:{content_of(file)}"
    found: list[str] | None = store.find(key) if store else None
    if found is None:
        found = list(imports_in(source_of(file)))
        if store:
            store.keep(key, found)
    return found


def imports_in(source: str) -> Iterator[str]:
    """Yield what a module imports, as it is written; nothing of one that is nested too deeply to be read."""
    try:
        tokens = tokens_of(source)
    except RecursionError:
        return  # what reads its calls says so, and judges nothing
    for at in tokens.strings:
        text = tokens[at].text
        if "${" not in text and _is_imported(tokens, at):
            yield text[1:-1]


def _is_imported(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a text is what an import names, and `require` or `import` get."""
    before, first = (tokens[at - back].text if at >= back else "" for back in (1, 2))
    return before in ("from", "import") or (before == "(" and first in ("require", "import"))


def imported(file: Path, name: str, roots: Sequence[Path]) -> Path | None:
    """Return the module of the project that an import means; None if it means none that is found."""
    bases = [file.parent / name] if name.startswith(".") else [root / name for root in roots]
    for base in bases:
        plain = base.with_suffix("") if base.suffix in SUFFIXES else base
        for each in (base, *(plain.with_name(plain.name + suffix) for suffix in SUFFIXES),
                     *(base / f"index{suffix}" for suffix in SUFFIXES)):  # fmt: skip
            if each.is_file() and each.suffix in SUFFIXES:
                return each.resolve()
    return None
