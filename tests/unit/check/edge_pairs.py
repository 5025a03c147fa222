"""Pairs of small templates, one for each kind of edge and of what it needs.

A file of `edges/` holds several: `=== name | rule | words of the message | words of the fix`, then the resources. `<<right||wrong>>` marks the
place that differs; `%ROLE%` and `%FUNCTION%` stand for a function and the beginning of its role, and `%TRUST(service)` for a
trust policy.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "edges"
_TRUST = "{Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: %s.amazonaws.com}, Action: 'sts:AssumeRole'}]}"
_PARTS = {
    "%FUNCTION%\n": """  Fn:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: a.b
      Timeout: 5
      Code: {ZipFile: x}
      Role: !GetAtt Role.Arn
""",
    "%ROLE%\n": """  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: %TRUST(lambda)
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']
""",
}
_PLACE = re.compile(r"<<(.*?)\|\|(.*?)>>", re.DOTALL)


class EdgePair(NamedTuple):
    """The rule that finds the fault, words of its message and of its fix, and both templates."""

    name: str
    rule: str
    words: str
    right: str
    wrong: str
    fix: str = ""


def edge_pairs() -> Iterator[EdgePair]:
    """Yield every pair of the folder."""
    for file in sorted(FOLDER.glob("*.txt")):
        for block in re.split(r"^=== ", file.read_text(), flags=re.MULTILINE)[1:]:
            head, _, body = block.partition("\n")
            name, rule, words, *fix = (part.strip() for part in head.split("|"))
            for part, text in _PARTS.items():
                body = body.replace(part, text)
            body = re.sub(r"%TRUST\(([\w.-]+)\)", lambda service: _TRUST % service[1], body)
            right, wrong = ("Resources:\n" + _PLACE.sub(rf"\g<{side}>", body) for side in (1, 2))
            yield EdgePair(f"{file.stem}-{name}", rule, words, right, wrong, *fix)
