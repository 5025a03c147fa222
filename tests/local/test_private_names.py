"""The extension replaces private names of a pinned release; a new release must not lose one silently."""

import ast
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from wellmade.local import extension
from wellmade.local.toolchain import ministack_python

pytestmark = pytest.mark.local

CHECK = """
import json, pkgutil, sys

def exists(name):
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True

print(json.dumps([name for name in json.load(sys.stdin) if not exists(name)]))
"""


def touched() -> Iterator[str]:
    """Every name of MiniStack in the source of the extension, with its module."""
    for file in Path(extension.__path__[0]).rglob("*.py"):
        tree = ast.parse(file.read_text())
        imported = {
            alias.asname or alias.name: f"{node.module}.{alias.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ministack")
            for alias in node.names
        }
        yield from imported.values()
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                owner = imported.get(node.value.id)
                if owner:
                    yield f"{owner}.{node.attr}"


def test_every_private_name_still_exists(tmp_path: Path) -> None:
    wanted = sorted(set(touched()))
    answer = subprocess.run(
        [str(ministack_python()), "-c", CHECK],
        input=json.dumps(wanted),
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )

    assert len(wanted) > 30
    assert json.loads(answer.stdout) == []
