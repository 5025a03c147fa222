"""`wellmade new`: an app of one's own from a reference stack."""

import argparse
from pathlib import Path

from wellmade.errors import WellmadeError
from wellmade.harmless import write_out
from wellmade.new.contents import contents
from wellmade.new.shipped import stacks

DEFAULT = "file-pipeline"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `wellmade new`."""
    parser.epilog = f"stacks: {', '.join(stacks())}\n\nexample: wellmade new work-queues ../orders"
    parser.add_argument("stack", metavar="STACK", nargs="?", default=DEFAULT, help=f"default: {DEFAULT}")
    parser.add_argument(
        "folder", metavar="DIR", type=Path, help="where to write it: an empty or a new folder"
    )


def run(options: argparse.Namespace) -> int:
    """Write the app, and say what to do next."""
    stack, folder = str(options.stack), Path(options.folder)
    if stack not in stacks():
        raise WellmadeError(f"stack must be one of {', '.join(stacks())}, got {stack!r}; name one of them")
    _refuse_taken(folder)
    files = contents(stack)
    try:
        _write(folder, files)
    except OSError as error:
        raise WellmadeError(
            f"{folder}: {error.strerror or error}; name a folder that you may write to"
        ) from error
    write_out(f"wrote {len(files)} files of {stack} into {folder}; next: cd {folder} && make test\n")
    return 0


def _refuse_taken(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise WellmadeError(f"{folder}: folder must be empty or new, got a file; name another one")
    try:
        held = sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []
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
