"""`wellmade draw` and `wellmade cost`, whole processes, on the largest stack and on 500 resources."""

import json
import os
import sys
import tempfile
from pathlib import Path

from bench.check import seconds, template
from docs.assemblies import assemblies

ROUNDS = 5
STACK, MANY = "the largest stack", "500 resources"
MOST_SECONDS = {("cost", STACK): 0.6, ("draw", STACK): 2.0, ("cost", MANY): 1.0, ("draw", MANY): 6.0}
"""By the clock, on a machine that does nothing else."""


def main() -> int:
    """Print the least seconds of several rounds, and return 1 where one takes too long."""
    with tempfile.TemporaryDirectory() as folder:
        sources = {STACK: _largest(Path(folder)), MANY: Path(folder) / "many.json"}
        sources[MANY].write_text(template(500))
        found = {key: _least(key[0], sources[key[1]], Path(folder)) for key in MOST_SECONDS}
    for (command, source), least in found.items():
        asked = MOST_SECONDS[command, source]
        print(f"wellmade {command:<5} {source:<18} {least:5.2f} s by the clock, {asked} asked")
    return int(any(least > MOST_SECONDS[key] for key, least in found.items()))


def _least(command: str, source: Path, folder: Path) -> float:
    output = ["--out", str(folder / "out.svg")] if command == "draw" else ["--format", "json"]
    words = [sys.executable, "-m", "wellmade", command, str(source), *output]
    return min(seconds(words)[0] for _ in range(ROUNDS))


def _largest(folder: Path) -> Path:
    """Return the assembly of the reference stack with most resources."""

    def resources(assembly: Path) -> int:
        return sum(
            len(json.loads(file.read_text())["Resources"]) for file in assembly.glob("*.template.json")
        )

    os.chdir(folder)  # no capacity.yaml of this repository
    return max(assemblies(folder).values(), key=resources)


if __name__ == "__main__":
    sys.exit(main())
