"""The packages with patterns and what each offers, read without importing them: the CDK takes seconds."""

import ast
from pathlib import Path

PACKAGES = (
    "ingest",
    "messaging",
    "streaming",
    "workflow",
    "api",
    "compute",
    "edge",
    "resilience",
    "data",
    "network",
    "security",
    "delivery",
    "governance",
    "policies",
    "observability",
    "foundation",
)
"""Below `wellmade`; patterns first, the blocks that they stand on last."""
_LIBRARY = Path(__file__).parents[1] / "constructs" / "wellmade"


def offered(package: str) -> list[str]:
    """Return `__all__` of a package."""
    tree = ast.parse((_LIBRARY / package / "__init__.py").read_text())
    [names] = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and [ast.unparse(each) for each in node.targets] == ["__all__"]
    ]
    found: list[str] = ast.literal_eval(names)
    return found
