"""The ids by which cfn-lint knows the rules: its letter for the severity and a number from 9001.

They stand in one lock file, `data/cfn_lint_ids.json`. People write them into `ignore_checks`, so a number is
never given to another rule nor taken away: a new rule takes the next one at the end (`--new-rule` does so),
and the id of a rule that is removed stays there.
"""

import json
from importlib import resources

UNREADABLE = "E9000"

IDS: dict[str, str] = json.loads(
    (resources.files("wellmade.check") / "data" / "cfn_lint_ids.json").read_text(encoding="utf-8")
)
