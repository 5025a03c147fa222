"""`wellmade upgrade` beside `cdk diff`, over the updates that CloudFormation documents.

    python -m bench.upgrade

Both are given one pair of templates with a resource for each line of `tests/unit/upgrade/documented.txt`,
which says what AWS documents: replaced, perhaps replaced, or kept. Printed is what each says of how many.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import aws_cdk as cdk

from wellmade.upgrade import Fate, compare
from wellmade.upgrade.stacks import Written, read

PAIRS = Path(__file__).parents[1] / "tests" / "unit" / "upgrade" / "documented.txt"
SAID = {Fate.REPLACED: "replaced", Fate.PERHAPS: "perhaps"}
_LINE = re.compile(r"^\[[-+~]\] \S+ \S* ?(R\d+)\b(.*)$", re.MULTILINE)


def pairs() -> list[tuple[str, str, Any, Any, str]]:
    """Return type, property, value before, value after and what is documented."""
    lines = [line.split(" | ") for line in PAIRS.read_text().splitlines() if not line.startswith("#")]
    return [(kind, name, _value(old), _value(new), said) for kind, name, old, new, said in lines]


def _value(text: str) -> Any:
    return None if text == "-" else json.loads(text)


def assembly(folder: Path, *, new: bool) -> Path:
    """Write an assembly of one stack, with a resource for each pair."""
    app = cdk.App(outdir=str(folder), builtin_cloud_formation_validation=False, analytics_reporting=False)
    stack = cdk.Stack(app, "Pairs", synthesizer=cdk.LegacyStackSynthesizer())
    for number, (kind, name, before, after, _) in enumerate(pairs()):
        value = after if new else before
        properties = {} if value is None else {name: value}
        resource = cdk.CfnResource(stack, f"Pair{number}", type=kind, properties=properties)
        resource.override_logical_id(f"R{number}")
    app.synth()
    return folder


def by_upgrade(old: Path, new: Path) -> dict[int, str]:
    """Return what `wellmade upgrade` says, by pair."""
    stacks: list[dict[str, Written]] = [read([each]) for each in (old, new)]
    changes = compare(*stacks).changes
    return {int(each.logical_id[1:]): SAID[each.fate] for each in changes if each.fate in SAID}


def by_diff(old: Path, new: Path) -> dict[int, str]:
    """Return what `cdk diff` says, by pair."""
    template = old / "Pairs.template.json"
    command = [shutil.which("cdk") or "cdk", "diff", "--app", str(new), "--template", str(template), "Pairs"]
    done = subprocess.run(
        [*command, "--no-notices", "--no-color"], capture_output=True, text=True, check=False
    )
    found = {}
    for resource, rest in _LINE.findall(done.stdout + done.stderr):
        said = "perhaps" if "may be replaced" in rest else "replaced" if "replace" in rest else ""
        if said:
            found[int(resource[1:])] = said
    if not found:
        raise SystemExit(done.stderr)
    return found


def main() -> int:
    """Print the table, and each pair that a tool has otherwise than AWS documents it."""
    with tempfile.TemporaryDirectory() as folder:
        old, new = (assembly(Path(folder, name), new=name == "new") for name in ("old", "new"))
        tools = {"wellmade upgrade": by_upgrade(old, new), "cdk diff": by_diff(old, new)}
    documented = [said for *_, said in pairs()]
    print(f"documented: {dict(Counter(documented))}")
    for tool, found in tools.items():
        said = [found.get(number, "kept") for number in range(len(documented))]
        table = Counter(zip(documented, said, strict=True))
        print(f"{tool}: {', '.join(f'{a} said {b}: {n}' for (a, b), n in sorted(table.items()))}")
        for number, (kind, name, *_) in enumerate(pairs()):
            if documented[number] != said[number]:
                print(f"  {kind} {name}: documented {documented[number]}, said {said[number]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
