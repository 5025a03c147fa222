"""What travels with this library for apps of one's own: stacks, handlers, programs, flags of the CDK."""

import ast
from pathlib import Path

import wellmade

_LIBRARY = Path(wellmade.__file__).parent


def is_checkout() -> bool:
    """Tell whether this library runs from a checkout, where everything lies beside it."""
    return not (_LIBRARY / "_app").is_dir()


def checkout() -> Path:
    """Return the folder of the checkout."""
    return _LIBRARY.parents[1]


def shipped(name: str) -> Path:
    """Return a folder or a file of the checkout that travels with the wheel, such as `stacks`."""
    return (checkout() if is_checkout() else _LIBRARY / "_app") / name


def programs() -> Path:
    """Return the folder with the programs of containers."""
    return checkout() / "container_src" if is_checkout() else _LIBRARY / "_container_src"


def stacks() -> dict[str, str]:
    """Return the class of each stack by the stack's name: `file-pipeline` is `FilePipelineStack`."""
    found = {}
    for module in sorted(shipped("stacks").glob("*.py")):
        name = "".join(word.capitalize() for word in module.stem.split("_")) + "Stack"
        body = ast.parse(module.read_text(encoding="utf-8")).body
        if any(isinstance(node, ast.ClassDef) and node.name == name for node in body):
            found[module.stem.replace("_", "-")] = name
    return found
