"""`wellmade check --new-rule sqs/queue-delay`: the parts of a new rule, which pass as they are written."""

import json
import re
from pathlib import Path

from wellmade.check import rules
from wellmade.check.cfn_lint_ids import IDS
from wellmade.check.registry import all_rules
from wellmade.errors import WellmadeError
from wellmade.harmless import write_out

_NAME = re.compile(r"([a-z][a-z0-9_]*)/([a-z][a-z0-9]*(?:-[a-z0-9]+)+)")
_LIBRARY = Path(rules.__path__[0]).parents[1]
_ROOT = _LIBRARY.parents[1]
_RULE = '''"""Queues do not hold messages back."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph

LONGEST = 60


def _check(graph: Graph) -> Iterator[Violation]:
    for queue in graph.of_type("AWS::SQS::Queue"):
        delay = queue.number("DelaySeconds")  # None when the templates do not say
        if delay is not None and delay > LONGEST:
            yield Violation(queue, "Properties.DelaySeconds", f"delays every message by {delay:.0f} s")


RULE = Rule(
    id="NAME",
    title="Queues do not hold messages back",
    severity=Severity.WARNING,
    explanation="Each message waits before it is first delivered, also when nobody is working on others.",
    fix="remove DelaySeconds, and delay the messages that need it with DelaySeconds of SendMessage",
    source="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html",
    check=_check,
)
'''
_BAD = """Resources:
  # found at Orders Properties.DelaySeconds: delays every message by 90 s
  Orders:
    Type: AWS::SQS::Queue
    Properties: {DelaySeconds: 90}
"""
_GOOD = """Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties: {DelaySeconds: 0}
"""
_TEST = '''"""What the pair of `NAME` does not show."""

from pathlib import Path

import pytest

from tests.unit.check.snippets import findings

QUEUE = """
  Orders:
    Type: AWS::SQS::Queue
    Properties: {%s}"""


@pytest.mark.parametrize(
    ("delay", "is_found"),
    [
        ("DelaySeconds: 61", True),
        ("DelaySeconds: 60", False),
        ("DelaySeconds: !If [Large, 90, 0]", False),
        ("DelaySeconds: !ImportValue elsewhere", False),
    ],
)
def test_finds_long_delays_only(tmp_path: Path, delay: str, *, is_found: bool) -> None:
    assert bool(findings(tmp_path, "NAME", QUEUE % delay)) is is_found
'''


def write_rule(name: str, root: Path = _ROOT) -> int:
    """Write rule, pair and test, give the rule its id for cfn-lint, and print what is left to do.

    Args:
        name: Folder and id, such as `sqs/queue-delay`.
        root: The repository. Default: the one that this module lies in.

    Raises:
        WellmadeError: If the name is none or taken, or this is not a checkout of the repository.
    """
    service, rule_id = _parts(name)
    tests = root / "tests" / "unit" / "check"
    if not tests.is_dir():
        raise WellmadeError(
            f"--new-rule must run in a checkout of the repository, got {root}; clone it and try there"
        )
    folder = root / "constructs" / "wellmade" / "check" / "rules" / service
    module = rule_id.replace("-", "_")
    written = {
        folder / f"{module}.py": _RULE,
        folder / f"{module}.bad.yaml": _BAD,
        folder / f"{module}.good.yaml": _GOOD,
        tests / f"test_{module}.py": _TEST,
    }
    if not folder.is_dir():
        written[folder / "__init__.py"] = f'"""Rules about {service}."""\n\n__all__ = []\n'
    for file, text in written.items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(text.replace("NAME", rule_id), encoding="utf-8")
    _give_id(root, rule_id)
    _say(root, written, rule_id, module)
    return 0


def _parts(name: str) -> tuple[str, str]:
    match = _NAME.fullmatch(name)
    if not match:
        raise WellmadeError(
            f"--new-rule must be SERVICE/NAME with a name of two words or more, got {name}; "
            "try: wellmade check --new-rule sqs/queue-delay"
        )
    if match[2] in all_rules() or match[2] in IDS:
        raise WellmadeError(
            f"--new-rule must name a rule that is not there yet, got {match[2]}; choose another"
        )
    return match[1], match[2]


def _give_id(root: Path, rule_id: str) -> None:
    lock = root / "constructs" / "wellmade" / "check" / "data" / "cfn_lint_ids.json"
    ids = json.loads(lock.read_text(encoding="utf-8"))
    ids[rule_id] = f"W{9001 + len(ids)}"
    lock.write_text(json.dumps(ids, indent=2) + "\n", encoding="utf-8")


def _say(root: Path, written: dict[Path, str], rule_id: str, module: str) -> None:
    for file in written:
        write_out(f"{file.relative_to(root)}\n")
    write_out(
        f"Make them yours; a severity other than warning changes the letter of {rule_id} in "
        "constructs/wellmade/check/data/cfn_lint_ids.json. Then: make docs, and pytest "
        f"tests/unit/check/test_rules.py tests/unit/check/test_{module}.py\n"
    )
