"""The source files of a project, found once; what was installed, built or generated is left out."""

import os
from collections import defaultdict
from functools import cached_property, lru_cache
from pathlib import Path

_LEFT_OUT = {
    "__pycache__", "bower_components", "build", "cdk.out", "coverage", "dist", "node_modules",
    "site-packages", "venv",
}  # fmt: skip
_SUFFIXES = (".py", ".js", ".cjs", ".mjs", ".jsx", ".ts", ".cts", ".mts", ".tsx")
_TEST_FOLDERS = {"test", "tests", "__tests__", "testing"}


class Project:
    """Finds source files below a folder by the end of their path and by what they hold."""

    def __init__(self, root: Path) -> None:
        self.root: Path = root.resolve()

    def ending_with(self, path: str) -> list[Path]:
        """Return the source files whose path ends with this one, the nearest to the root first."""
        wanted = tuple(part for part in Path(path).parts if part != ".")
        found = [file for file in self._by_name.get(wanted[-1], ()) if file.parts[-len(wanted) :] == wanted]
        return sorted(found, key=lambda file: (len(file.parts), file))

    def with_dockerfile(self, folder: str) -> list[Path]:
        """Return the folders of this name that hold a Dockerfile."""
        return [file.parent for file in self._by_name.get("Dockerfile", ()) if file.parent.name == folder]

    @cached_property
    def _by_name(self) -> dict[str, list[Path]]:
        found: dict[str, list[Path]] = defaultdict(list)
        for folder, folders, files in os.walk(self.root):
            folders[:] = [
                name for name in folders if name not in _LEFT_OUT and not name.startswith((".", "asset."))
            ]
            for name in files:
                if name.endswith(_SUFFIXES) or name == "Dockerfile":
                    found[name].append(Path(folder, name))
        return found


@lru_cache(maxsize=8192)
def is_test(file: Path, root: Path) -> bool:
    """Tell whether a file of a project is a test or serves tests."""
    name = file.name
    if name.startswith(("test_", "conftest")) or name.endswith(("_test.py",)) or ".test." in name:
        return True
    if ".spec." in name:
        return True
    parts = file.relative_to(root).parts[:-1] if file.is_relative_to(root) else file.parts[:-1]
    return any(part in _TEST_FOLDERS for part in parts)
