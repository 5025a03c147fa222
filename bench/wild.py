"""What `wellmade check` finds in folders of other people's templates, each template by itself.

`python -m bench.wild FOLDER…` prints counts by rule; with `--sample 100 --seed N` so many findings drawn at
random, one a line, for somebody to judge.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from wellmade.check.rule import Finding
from wellmade.check.run import check
from wellmade.errors import WellmadeError
from wellmade.graph import load

ENDINGS = (".json", ".yaml", ".yml", ".template")


def templates(folder: Path) -> Iterator[Path]:
    """Yield the templates below a folder, without the JSON twin of one in YAML beside it."""
    for file in sorted(folder.rglob("*")):
        if file.suffix not in ENDINGS or "node_modules" in file.parts or not file.is_file():
            continue
        twins = (file.with_suffix(ending) for ending in (".yaml", ".yml"))
        if file.suffix == ".json" and any(twin.exists() for twin in twins):
            continue
        text = file.read_text(errors="replace")
        if "Resources" in text and "AWS::" in text:
            yield file


def found_in(file: Path) -> list[Finding] | None:
    """Return what is found in one template, or nothing where it cannot be read."""
    try:
        return check(load([file]))
    except WellmadeError:
        return None


def looked_at(folder: Path) -> list[Finding]:
    """Return what is found in a folder's templates, and print how many were read."""
    read = [found_in(file) for file in templates(folder)]
    answers = [each for each in read if each is not None]
    found = [finding for each in answers for finding in each]
    refused, told = len(read) - len(answers), sum(map(bool, answers))
    print(
        f"{folder.name}: {len(answers)} read, {refused} refused, {told} with findings, {len(found)} findings",
        file=sys.stderr,
    )
    return found


def main() -> int:
    """Print counts, or a sample."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--sample", type=int, default=0, help="draw so many findings")
    parser.add_argument("--seed", type=int, default=0, help="the same seed draws the same")
    options = parser.parse_args()
    findings = [finding for folder in options.folders for finding in looked_at(folder)]
    if options.sample:
        ordered = sorted(findings, key=lambda each: (each.template, each.resource, each.rule, each.path))
        drawn = random.Random(options.seed).sample(ordered, min(options.sample, len(ordered)))  # noqa: S311 - no secret
        print("\n".join(map(line, drawn)))
        return 0
    for rule, count in Counter(each.rule for each in findings).most_common():
        print(f"{count:>6}  {rule}")
    return 0


def line(finding: Finding) -> str:
    """Return one finding as one line: place, rule, what it says and what it asks for."""
    place = f"{finding.template}:{finding.line} {finding.resource} {finding.path}"
    more = f" (with {len(finding.more)} more of the same cause)" if finding.more else ""
    says = f"{finding.message}{more} | fix: {finding.fix}".replace("\n", " ")
    return f"{place} | {finding.rule} ({finding.severity}) | {says}"


if __name__ == "__main__":
    sys.exit(main())
