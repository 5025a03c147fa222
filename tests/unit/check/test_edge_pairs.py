"""What an edge needs is missed where it is missing, by name, and nowhere else."""

from pathlib import Path

import pytest

from tests.unit.check.edge_pairs import EdgePair, edge_pairs
from wellmade.check.delivery.deployed import GENERATED
from wellmade.check.registry import all_rules
from wellmade.check.run import check
from wellmade.graph import load
from wellmade.prove.deployed.naming import ACCOUNT, REGION, STREAM

PAIRS = list(edge_pairs())
OF_EDGES = {
    rule
    for rule in all_rules()
    if rule.endswith(("-permission", "-policy", "-port", "-key"))
    and rule not in ("deletion-policy", "public-permission", "low-cardinality-key", "admin-policy")
} | {"pass-role", "role-trust", "kms-breaks-delivery", "isolated-call", "function-network", "network-acl"}


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_the_fault_is_named_and_the_right_side_is_left_alone(tmp_path: Path, pair: EdgePair) -> None:
    rules = [rule for name, rule in all_rules().items() if name in OF_EDGES]
    found = {}
    for side in ("right", "wrong"):
        file = tmp_path / f"{side}.yaml"
        file.write_text(getattr(pair, side))
        found[side] = [(each.rule, each.message, each.fix) for each in check(load([file]), rules)]
    assert found["right"] == []
    named = [fix for rule, message, fix in found["wrong"] if rule == pair.rule and pair.words in message]
    assert named
    assert pair.fix in named[0]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_no_fix_names_what_only_the_judging_assumed(tmp_path: Path, pair: EdgePair) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(pair.wrong)
    rules = [rule for name, rule in all_rules().items() if name in OF_EDGES]
    assumed = (ACCOUNT, REGION, GENERATED, STREAM)
    assert [each.fix for each in check(load([file]), rules) if any(one in each.fix for one in assumed)] == []
