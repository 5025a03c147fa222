"""How the tools speak to people: tables and progress; plain text when piped."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from wellmade.errors import WellmadeError
from wellmade.harmless import harmless, write_out


class _Console(Console):
    """Writes control characters out that a text of others has; its own colours stay."""

    def render_str(self, text: str, **how: Any) -> Text:
        return super().render_str(harmless(text), **how)


out: Console = _Console(soft_wrap=True, highlight=False, emoji=False)
"""For results, without emoji, which Rich makes of `:secret:` in an ARN. It leaves the
colours out when the output is no terminal or NO_COLOR is set."""

err: Console = _Console(stderr=True, soft_wrap=True, highlight=False, emoji=False)
"""For progress, so that a pipe receives results only."""


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under headings, or that there are none; cells are never read as markup."""
    if not rows:
        out.print(f"{_plain(title)}: none", markup=False)
        return
    table = Table(title=title, title_justify="left", title_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(_plain(cell) for cell in row))
    _Console(highlight=False, emoji=False, width=None if sys.stdout.isatty() else 160).print(table)


def print_json(document: Mapping[str, Any]) -> None:
    """Print one JSON document for machines."""
    write_out(json.dumps(document, indent=2, default=str) + "\n")


def png_file(text: str) -> Path:
    """Take the name of a picture from the command line; no other file is written over by mistake.

    Raises:
        argparse.ArgumentTypeError: If it does not end in `.png`.
    """
    if Path(text).suffix != ".png":
        raise argparse.ArgumentTypeError(f"must end in .png, got {text!r}")
    return Path(text)


def write_whole(file: Path, content: bytes) -> None:
    """Write a file that was asked for on the command line.

    Raises:
        WellmadeError: If it cannot be written.
    """
    try:
        file.write_bytes(content)
    except OSError as error:
        raise WellmadeError(f"{file}: {error.strerror or error}; name a file that can be written") from error


def _plain(cell: object) -> str:
    return str(cell).replace("[", r"\[")
