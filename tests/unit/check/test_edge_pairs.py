"""What an edge needs is missed where it is missing, by name, and nowhere else."""

from pathlib import Path

import pytest

from tests.unit.check.edge_pairs import EdgePair, edge_pairs
from wellmade.check.delivery.deployed import GENERATED
from wellmade.check.registry import all_rules
from wellmade.check.run import check
from wellmade.graph import load
from wellmade.prove.deployed.naming import STREAM
from wellmade.prove.deployed.places import ACCOUNT, REGION

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


QUEUE = """Resources:
  Q: {Type: AWS::SQS::Queue, Properties: {KmsMasterKeyId: !Ref K}}
  K: {Type: AWS::KMS::Key, Properties: {KeyPolicy: {Statement: [{Effect: Allow, Principal: {AWS: 'arn:aws:iam::1:role/a'},
    Action: 'kms:*', Resource: '*'}]}}}
Outputs: {Q: {Value: !GetAtt Q.Arn, Export: {Name: q}}}
"""
TOPIC = """Resources:
  T: {Type: AWS::SNS::Topic}
  S: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref T, Protocol: sqs, Endpoint: !ImportValue q}}
  R:
    Type: AWS::IAM::Role
    Properties: {AssumeRolePolicyDocument: {}, ManagedPolicyArns:
      ['arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole']}
  F: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt R.Arn}}
  M: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref F, EventSourceArn: !ImportValue q}}
"""


@pytest.mark.parametrize(("rule", "who"), [("queue-policy", "T"), ("key-permission", "R")])
def test_a_fix_says_what_stands_in_another_stack(tmp_path: Path, rule: str, who: str) -> None:
    files = [tmp_path / "queue.yaml", tmp_path / "topic.yaml"]
    for file, text in zip(files, (QUEUE, TOPIC), strict=True):
        file.write_text(text)
    (found,) = check(load(files), [all_rules()[rule]])
    assert found.fix.endswith(f"({who} is in topic: hand its ARN over by an export or a parameter)")
