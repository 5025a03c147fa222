"""`wellmade upgrade` over every change that the repository's snapshots of templates ever had.

    python -m bench.upgrade_history [--since REVISION]

Beside it stands another judge: of each resource that holds data, whether it is gone, has another type, or has
another value where CloudFormation's schema says that only a creation sets it, which the name of a resource
is that is replaced. Printed is each resource of which the two say otherwise.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from wellmade.facts.data_holders import HOLDS_DATA
from wellmade.upgrade import Fate, compare
from wellmade.upgrade.stacks import read

FOLDER = "tests/snapshots"
LOST = {Fate.REPLACED: "replaced", Fate.DELETED: "gone"}


def main() -> int:
    """Judge each change twice; 1 where the two differ."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--since", default="", help="only changes after this revision (default: all)")
    pairs, differ, told = 0, 0, Counter[str]()
    for commit, file, old, new in changes(parser.parse_args().since):
        pairs += 1
        ours, theirs = by_upgrade(old, new), by_schemas(old, new)
        told.update(theirs.values())
        for name in sorted(ours.keys() | theirs.keys()):
            if ours.get(name) != theirs.get(name):
                differ += 1
                said = ours.get(name, "kept"), theirs.get(name, "kept")
                print(f"{commit} {file} {name}: {said[0]}, by its schema {said[1]}")
    print(
        f"{pairs} changes of snapshots; of resources that hold data {dict(told) or 'none'}; differ: {differ}"
    )
    return 1 if differ else 0


def changes(since: str) -> Iterator[tuple[str, str, Mapping[str, Any], Mapping[str, Any]]]:
    """Yield commit and file of each snapshot that was changed, with its template before and after."""
    revisions = _git("log", "--format=%h", "--reverse", f"{since}..HEAD" if since else "HEAD", "--", FOLDER)
    for commit in revisions.split():
        names = _git(
            "diff-tree", "--no-commit-id", "--name-only", "--diff-filter=M", "-r", commit, "--", FOLDER
        )
        for file in names.split():
            before, after = (json.loads(_git("show", f"{each}:{file}")) for each in (f"{commit}^", commit))
            yield commit, Path(file).stem, before, after


def by_upgrade(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, str]:
    """Return what `wellmade upgrade` says of resources that hold data: replaced or gone, by logical id."""
    with tempfile.TemporaryDirectory() as folder:
        sides = []
        for name, body in (("old", old), ("new", new)):
            file = Path(folder, name, "Example.template.json")
            file.parent.mkdir()
            file.write_text(json.dumps(body))
            sides.append(read([file]))
        found = compare(*sides).changes
    return {each.logical_id: LOST[each.fate] for each in found if each.holds_data and each.fate in LOST}


def by_schemas(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, str]:
    """Return the same by the schemas alone, property by property."""
    found: dict[str, str] = {}
    for _ in range(2):  # again, for those that name one that is replaced
        for name, resource in old["Resources"].items():
            if resource["Type"] in HOLDS_DATA and (
                said := _judged(resource, new["Resources"].get(name), found)
            ):
                found[name] = said
    return found


def _judged(resource: Mapping[str, Any], other: Mapping[str, Any] | None, found: Mapping[str, str]) -> str:
    if other is None:
        return "gone"
    values = [(_at(resource, path), _at(other, path)) for path in _created_only(resource["Type"])]
    names_replaced = any({"Ref": name} in pair for pair in values for name in found)
    changed = other["Type"] != resource["Type"] or any(before != after for before, after in values)
    return "replaced" if changed or names_replaced else ""


def _created_only(kind: str) -> list[str]:
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    return [path.removeprefix("/properties/") for path in schema.get("createOnlyProperties", ())]


def _at(resource: Mapping[str, Any], path: str) -> Any:
    value: Any = resource.get("Properties", {})
    for step in path.split("/"):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
