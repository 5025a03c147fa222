"""Notes of changes as files of their own, which say what becomes of templates, compared with the snapshots.

`python -m docs.changes` names each snapshot that is another one than at the last release and that no note
tells of, and each that a note tells of and that is the same. `--release 0.2.0` puts the notes into
CHANGELOG.md and takes the snapshots as released; `--released v0.2.0` refuses a tag before that was done.
"""

import argparse
import hashlib
import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
_EFFECT = re.compile(r"^Effect on templates:(?: (none))?$", re.MULTILINE)
_LINE = re.compile(r"^- `([a-z0-9_]+)`: (\S.*)$", re.MULTILINE)
UNPUBLISHED = "on no index yet"
"""What README.md says until there is a release."""
HEAD = "# Changes\n\nEach entry states its effect on templates.\n"


@dataclass(frozen=True)
class Note:
    """One file: what changed for the user, and what becomes of the template in each snapshot."""

    name: str
    text: str
    effects: Mapping[str, str]

    @classmethod
    def read(cls, file: Path) -> "Note":
        """Read a note.

        Raises:
            ValueError: If it does not say what becomes of templates.
        """
        text, found, effects = file.read_text(), None, {}
        if found := _EFFECT.search(text):
            effects = dict(_LINE.findall(text, found.end()))
        if not found or bool(found[1]) == bool(effects):
            form = (
                "a line `Effect on templates: none`, or `Effect on templates:` and a line for each snapshot"
            )
            raise ValueError(f"{file.name}: must end with {form} such as `- `network`: a statement more`")
        return cls(file.name, text[: found.start()].strip(), effects)

    def entry(self) -> str:
        """Return it as an item of the list of changes."""
        told = "; ".join(f"`{name}`: {what}" for name, what in self.effects.items())
        effect = f"Effect on templates: {told}." if told else "No effect on templates."
        return f"- {' '.join(self.text.split())} {effect}\n"


class Changes:
    """The notes and snapshots of a checkout, and what was released last.

    Args:
        root: Of the checkout.
    """

    def __init__(self, root: Path = ROOT) -> None:
        self._root, self.released = root, root / "docs" / "changes" / "released.json"

    def files(self) -> list[Path]:
        """Return the notes' files in order of their names."""
        return sorted((self._root / "docs" / "changes").glob("*.md"))

    def faults(self) -> Iterator[str]:
        """Yield a sentence for each snapshot whose change and whose notes differ."""
        before = json.loads(self.released.read_text())
        now = self._digests()
        told = {name for file in self.files() for name in Note.read(file).effects}
        differ = {name for name in {*before, *now} if before.get(name) != now.get(name)}
        for name in sorted(differ - told):
            state = "new" if name not in before else "changed" if name in now else "gone"
            yield f"tests/snapshots/{name}.json is {state}, and no note of docs/changes tells of `{name}`"
        for name in sorted(told - differ):
            yield f"a note of docs/changes tells of `{name}`, and its snapshot is as it was released"

    def release(self, version: str) -> None:
        """Put the notes on top of CHANGELOG.md under a version, and take the snapshots as released."""
        entries = "".join(Note.read(file).entry() for file in self.files())
        page = self._root / "CHANGELOG.md"
        rest = page.read_text().removeprefix(HEAD).replace(f"\n## {version}, unreleased\n\n", "", 1)
        page.write_text(f"{HEAD}\n## {version}\n\n{entries}{rest}")
        self.accept()
        for file in self.files():
            file.unlink()

    def accept(self) -> None:
        """Take the snapshots as they are for released."""
        self.released.write_text(json.dumps(self._digests(), indent=1) + "\n")

    def refusal(self, tag: str) -> str | None:
        """Return why a tag may not be released; None where it may."""
        version = tomllib.loads((self._root / "pyproject.toml").read_text())["project"]["version"]
        if tag != f"v{version}":
            return f"the tag must be v{version}, the version of pyproject.toml, got {tag}"
        if self.files():
            return f"notes wait in docs/changes; run: python -m docs.changes --release {version}"
        titles = re.findall(r"^## (\S+)$", (self._root / "CHANGELOG.md").read_text(), re.MULTILINE)
        if version not in titles:
            return f"CHANGELOG.md has no section {version}"
        if UNPUBLISHED in (self._root / "README.md").read_text():
            return f'README.md, which PyPI shows, says "{UNPUBLISHED}"; say how to install the release'
        return next(self.faults(), None)

    def _digests(self) -> dict[str, str]:
        files = sorted((self._root / "tests" / "snapshots").glob("*.json"))
        return {file.stem: hashlib.sha256(file.read_bytes()).hexdigest()[:16] for file in files}


def main(arguments: Sequence[str]) -> int:
    """Compare, or release."""
    parser = argparse.ArgumentParser(prog="python -m docs.changes", description=__doc__)
    parser.add_argument("--release", metavar="VERSION", help="put the notes into CHANGELOG.md")
    parser.add_argument("--released", metavar="TAG", help="refuse a tag whose notes were not put together")
    given, changes = parser.parse_args(arguments), Changes()
    if given.release:
        changes.release(given.release)
        return 0
    told = [changes.refusal(given.released)] if given.released else list(changes.faults())
    for fault in filter(None, told):
        sys.stderr.write(f"{fault}\n")
    return int(any(told))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
