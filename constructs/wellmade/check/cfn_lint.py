"""The rules as cfn-lint's own: `cfn-lint --append-rules wellmade.check.cfn_lint -t template.yaml`.

cfn-lint imports this module and takes each class that it finds in it, so there is one for each rule. It shows
one template at a time. What only shows across templates is found by `wellmade check`, and a suppression may
be for that: unused suppressions are not reported here.
"""

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cfnlint.rules import CloudFormationLintRule, RuleMatch

from wellmade.check.cfn_lint_ids import IDS, UNREADABLE
from wellmade.check.grouping import told_with
from wellmade.check.registry import all_rules
from wellmade.check.rule import Finding, Rule
from wellmade.check.run import check
from wellmade.check.suppressions import WITHOUT_REASON
from wellmade.errors import WellmadeError
from wellmade.graph import load


class Unreadable(CloudFormationLintRule):  # type: ignore[misc] # cfn-lint brings no types
    """Says so where a template that cfn-lint reads is none for us, such as one that nests itself."""

    id = UNREADABLE
    shortdesc = "A template can be read as a graph"
    description = "The other rules of Wellmade say nothing about a template that cannot."
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html"
    tags = ("wellmade",)

    def match(self, cfn: Any) -> Iterator[RuleMatch]:
        """Yield what is wrong with the template."""
        _, problem = _looked_at(cfn)
        if problem:
            yield RuleMatch([], problem)


@lru_cache(maxsize=1)
def _looked_at(cfn: Any) -> tuple[list[Finding], str | None]:
    """Check a template once for all rules; return what is found, or why it cannot be read."""
    try:
        return _found(cfn), None
    except WellmadeError as error:
        return [], str(error)


def _found(cfn: Any) -> list[Finding]:
    if cfn.filename and Path(cfn.filename).is_file():
        found = check(load([cfn.filename]))
        # A nested template is shown to cfn-lint in its own turn.
        return [finding for finding in found if Path(finding.template) == Path(cfn.filename)]
    with TemporaryDirectory() as folder:  # cfn-lint read it from a pipe
        file = Path(folder) / "template.json"
        file.write_text(json.dumps(cfn.template, default=str))
        return check(load([file]))


def _match(cfn: Any, finding: Finding) -> RuleMatch:
    message = "; ".join((finding.message, f"{finding.fix} ({finding.rule})", *told_with(finding)))
    path = ["Resources", finding.resource, *_keys(finding.path)]
    if finding.resource in (cfn.template.get("Resources") or {}):
        return RuleMatch(path, message)
    # A macro defines the resource, on the line of the one that it comes from.
    return RuleMatch(path, message, location=(finding.line - 1, 0, finding.line - 1, 0))


def _keys(path: str) -> list[str | int]:
    return [int(key) if key.isdecimal() else key for key in path.split(".") if key]


def _linter(rule: Rule) -> type:
    """Return the class that cfn-lint makes its rule from."""

    def match(_self: Any, cfn: Any) -> Iterator[RuleMatch]:
        findings, _ = _looked_at(cfn)
        yield from (_match(cfn, finding) for finding in findings if finding.rule == rule.id)

    described = {"shortdesc": rule.title, "description": rule.explanation, "source_url": rule.source}
    name = rule.id.title().replace("-", "")
    return type(
        name,
        (CloudFormationLintRule,),
        {"id": IDS[rule.id], **described, "tags": ["wellmade", rule.id], "match": match},
    )


_RULES = [rule for rule in (*all_rules().values(), WITHOUT_REASON) if rule.id in IDS]
globals().update({linter.__name__: linter for linter in map(_linter, _RULES)})
