"""Every value of every rule's two templates, hidden in turn: how often a rule judges what it cannot know."""

import sys
import tempfile
from pathlib import Path

from tests.unit.check.rule_fixtures import file_of, judged_unknown, places_of
from wellmade.check.registry import all_rules
from wellmade.graph.read.decode import decode


def main() -> int:
    """Print the count, and return 1 where a hidden value was judged."""
    tried, judged = 0, []
    with tempfile.TemporaryDirectory() as folder:
        for rule_id in all_rules():
            tried += sum(len(places_of(decode(file_of(rule_id, kind))[0])) for kind in ("good", "bad"))
            judged += [f"{rule_id}: {each}" for each in judged_unknown(rule_id, Path(folder))]
    print(f"{tried:,} values of {len(all_rules())} rules were hidden, {len(judged)} were judged all the same")
    print("\n".join(judged))
    return int(bool(judged))


if __name__ == "__main__":
    sys.exit(main())
