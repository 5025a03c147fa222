"""`wellmade new`: an app of one's own from a reference stack."""

import argparse
from difflib import get_close_matches
from pathlib import Path
from shlex import quote

from wellmade.errors import WellmadeError
from wellmade.harmless import write_out
from wellmade.new.contents import contents
from wellmade.new.shipped import stacks

DEFAULT = "file-pipeline"
_TAKEN_ALONG = {".git"}
"""What a folder for an app may hold already: a repository without a file."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `wellmade new`."""
    parser.epilog = f"stacks: {', '.join(stacks())}\n\nexample: wellmade new work-queues ../orders"
    parser.add_argument("stack", metavar="STACK", nargs="?", help=f"default: {DEFAULT}")
    parser.add_argument(
        "folder", metavar="DIR", type=Path, help="where to write it: an empty or a new folder"
    )


def run(options: argparse.Namespace) -> int:
    """Write the app, and say what to do next."""
    folder = Path(options.folder)
    stack = _stack(options.stack, str(folder))
    _refuse_taken(folder)
    files = contents(stack)
    try:
        _write(folder, files)
    except OSError as error:
        raise WellmadeError(
            f"{folder}: {error.strerror or error}; name a folder that you may write to"
        ) from error
    write_out(
        f"wrote {len(files)} files of {stack} into {folder}; next: cd {quote(str(folder))} && make test\n"
    )
    return 0


def _stack(given: str | None, folder: str) -> str:
    """Return which stack is meant; with `_` in its name, too, as its module has."""
    if given is None:
        if _spelled(folder) in stacks():
            fix = f"write `wellmade new {_spelled(folder)} DIR`, or `wellmade new {DEFAULT} {folder}`"
            raise WellmadeError(
                f"DIR must be a folder beside the name of a stack, got {folder!r} alone; {fix}"
            )
        return DEFAULT
    if _spelled(given) not in stacks():
        close = get_close_matches(_spelled(given), stacks(), n=1)
        fix = f"do you mean {close[0]}?" if close else "name one of them"
        raise WellmadeError(f"stack must be one of {', '.join(stacks())}, got {given!r}; {fix}")
    return _spelled(given)


def _spelled(name: str) -> str:
    return name.replace("_", "-")


def _refuse_taken(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise WellmadeError(f"{folder}: folder must be empty or new, got a file; name another one")
    try:
        held = sorted({each.name for each in folder.iterdir()} - _TAKEN_ALONG) if folder.is_dir() else []
    except OSError as error:
        raise WellmadeError(
            f"{folder}: {error.strerror or error}; name a folder that you may read"
        ) from error
    if held:
        raise WellmadeError(f"{folder}: folder must be empty or new, got {held[0]} in it; name another one")


def _write(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
