"""Gap: of AWS's own managed policies MiniStack knows 34; a role that attaches another one has no right by it.

Those that `wellmade prove` judges by are all there are, and newer than two of MiniStack's. They are read when
the first one is asked for.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
import lzma
from functools import cache
from pathlib import Path
from typing import Any

from ministack.services import iam

from . import not_done

FILE = Path(__file__).parents[2] / "prove" / "data" / "managed_policies.json.xz"


def apply() -> None:
    """Know every policy before one is looked up or all are listed."""
    look_up, list_all = iam._lookup_policy, iam._IAM_HANDLERS["ListPolicies"]

    def look_up_any(arn: Any) -> Any:
        if iam._is_aws_managed_arn(arn):
            _learn()
            if arn not in iam._aws_managed_policies:
                not_done.dropped(f"{arn} is no managed policy that is known here; it grants nothing")
        return look_up(arn)

    def list_every(parameters: Any) -> Any:
        _learn()
        return list_all(parameters)

    iam._lookup_policy = look_up_any
    iam._IAM_HANDLERS["ListPolicies"] = list_every


@cache
def _learn() -> None:
    for name, document in json.loads(lzma.decompress(FILE.read_bytes()))["policies"].items():
        record = iam._make_aws_managed_record(name, json.dumps(document))
        iam._aws_managed_policies[record["Arn"]] = record
