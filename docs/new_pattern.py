"""Write all parts of a new pattern, which then pass as they are: `make pattern NAME=InvoiceMailer`.

Construct, test, snapshot, handler with its test, stack, drive on the embedded AWS, page, change note.
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path
from string import Template

from docs.package_names import PACKAGES

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[1]
FILES = {
    "construct.py": "constructs/wellmade/$concern/$snake.py",
    "test_construct.py": "tests/unit/$concern/test_$snake.py",
    "handler.py": "lambda_src/$snake/handler.py",
    "domain.py": "lambda_src/$snake/domain.py",
    "test_domain.py": "tests/handlers/$snake/test_domain.py",
    "stack.py": "stacks/$snake.py",
    "test_local.py": "tests/local/test_$snake.py",
}


def main() -> int:
    """Write the parts, or say in one line why not."""
    parser = argparse.ArgumentParser(
        prog="make pattern",
        description=__doc__,
        epilog="example: make pattern NAME=InvoiceMailer CONCERN=messaging",
    )
    parser.add_argument("name", help="the class, in words that begin with capitals")
    parser.add_argument("concern", choices=PACKAGES, help="the package that it belongs to")
    options = parser.parse_args()
    words = re.findall(r"[A-Z][a-z0-9]*", options.name)
    if "".join(words) != options.name or len(words) < 2:
        parser.error(
            f"NAME must be two or more words with capitals, such as InvoiceMailer, got {options.name!r}"
        )
    snake = "_".join(words).lower()
    names = {
        "Name": options.name,
        "snake": snake,
        "kebab": snake.replace("_", "-"),
        "concern": options.concern,
        "title": " ".join(words).capitalize(),
    }
    taken = [path for path in _paths(names).values() if path.exists()]
    if taken:
        parser.error(f"{taken[0].relative_to(ROOT)} exists already; take another NAME")
    _write(names)
    _register(names)
    return _finish(names)


def _paths(names: dict[str, str]) -> dict[str, Path]:
    return {part: ROOT / Template(path).substitute(names) for part, path in FILES.items()}


def _write(names: dict[str, str]) -> None:
    for part, path in _paths(names).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Template((HERE / "scaffold" / f"{part}.txt").read_text()).substitute(names))
        sys.stderr.write(f"wrote {path.relative_to(ROOT)}\n")


def _register(names: dict[str, str]) -> None:
    """Name the pattern in its package, the app and the stacks' pins, and write its note."""
    concern, name, snake = names["concern"], names["Name"], names["snake"]
    listing = ROOT / "constructs" / "wellmade" / concern / "__init__.py"
    text = listing.read_text()
    doc = text.split("\n", 1)[0]
    known = dict(re.findall(r"from (wellmade\.[\w.]+) import ([\w, ]+)", text))
    known[f"wellmade.{concern}.{snake}"] = name
    imports = "\n".join(f"from {module} import {what}" for module, what in known.items())
    public = sorted({each.strip() for what in known.values() for each in what.split(",")})
    listing.write_text(f"{doc}\n\n{imports}\n\n__all__ = {json.dumps(public)}\n")
    _insert("app.py", "from stacks.settings import", f"from stacks.{snake} import {name}Stack\n")
    _insert("app.py", '    "web-service":', f'    "{names["kebab"]}": {name}Stack,\n')
    note = f"New: `{name}`, and the stack `{names['kebab']}`.\n\nEffect on templates:\n- `{snake}`: new\n"
    (ROOT / "docs" / "changes" / f"{names['kebab']}.md").write_text(note)


def _insert(file: str, before: str, text: str) -> None:
    path = ROOT / file
    content = path.read_text()
    if before not in content:
        raise SystemExit(f"{file}: a line that begins with {before!r} must be there, got none; restore it")
    path.write_text(content.replace(before, text + before, 1))


def _finish(names: dict[str, str]) -> int:
    """Format, write the snapshot, the pins and the pages."""
    construct = str(_paths(names)["test_construct.py"])
    stacks = ["tests/stacks/test_stacks.py", "-k", "pinned"]
    for command in (
        ["ruff", "check", "--quiet", "--fix", "."],
        ["ruff", "format", "--quiet", "."],
        ["pytest", "-q", "--update-snapshots", construct],
        ["pytest", "-q", "--update-snapshots", *stacks],
        [sys.executable, "-m", "docs.pages"],
    ):
        sys.stderr.write(f"$ {' '.join(command)}\n")
        if subprocess.run(command, cwd=ROOT, check=False).returncode:  # noqa: S603 - our own tools
            return 1
    sys.stderr.write("next: say in the docstrings what it is for, then make check test\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
