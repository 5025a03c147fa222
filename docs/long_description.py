"""The long description of a release: README.md with links that work on PyPI, which has no file of ours.

Hatchling runs it for each build. Where the repository is published, the release workflow of GitHub tells in
`GITHUB_SERVER_URL`, `GITHUB_REPOSITORY` and `GITHUB_REF_NAME`; elsewhere README.md is taken as it is.

Source: https://hatch.pypa.io/latest/plugins/metadata-hook/custom/
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_LINK = re.compile(r"(?P<image>!?)\[(?P<text>[^\]]*)\]\((?!https?:|#|mailto:)(?P<path>[^)\s]+)\)")


class CustomMetadataHook(MetadataHookInterface):
    """Gives hatchling the description and the addresses of the project."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set `readme` and `urls`.

        Args:
            metadata: Of the project, to be changed.
        """
        text = (Path(self.root) / "README.md").read_text()
        metadata["readme"] = {"content-type": "text/markdown", "text": description(text, os.environ)}
        metadata["urls"] = addresses(os.environ)


def addresses(given: Mapping[str, str]) -> dict[str, str]:
    """Return where the project is published; empty outside of a workflow of GitHub.

    Args:
        given: The environment's variables.
    """
    home = _home(given)
    return {"Source": home, "Documentation": f"{home}/tree/{_version(given)}/docs"} if home else {}


def description(readme: str, given: Mapping[str, str]) -> str:
    """Return the README with absolute links to the files of the version.

    Args:
        readme: As it is in the repository.
        given: The environment's variables.
    """
    home = _home(given)

    def absolute(link: re.Match[str]) -> str:
        place = "raw" if link["image"] else "blob"
        return f"{link['image']}[{link['text']}]({home}/{place}/{_version(given)}/{link['path']})"

    return _LINK.sub(absolute, readme) if home else readme


def _home(given: Mapping[str, str]) -> str:
    server, name = given.get("GITHUB_SERVER_URL", "https://github.com"), given.get("GITHUB_REPOSITORY")
    return f"{server}/{name}" if name else ""


def _version(given: Mapping[str, str]) -> str:
    return given.get("GITHUB_REF_NAME", "main")
