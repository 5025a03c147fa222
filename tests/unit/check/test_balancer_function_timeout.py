"""What the pair of `balancer-function-timeout` does not show."""

from pathlib import Path

import pytest

from tests.unit.check.snippets import findings

STACK = """
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {Subnets: [a, b]%s}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      DefaultActions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: '404'}}]
  Rule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: 1
      Conditions: [{Field: path-pattern, Values: [/one]}]
      Actions: [{Type: forward, TargetGroupArn: !Ref Targets}]
  Targets:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {TargetType: lambda, Targets: [{Id: !GetAtt Handler.Arn}]}
  Handler:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.14, Handler: a.b, Role: r, Code: {ZipFile: ''}, Timeout: %s}"""


@pytest.mark.parametrize(
    ("attributes", "timeout", "is_found"),
    [
        ("", "61", True),
        ("", "60", False),
        ("", "!Ref Seconds", False),
        (", LoadBalancerAttributes: [{Key: idle_timeout.timeout_seconds, Value: '100'}]", "90", False),
        (", LoadBalancerAttributes: [{Key: idle_timeout.timeout_seconds, Value: 30}]", "31", True),
        (", LoadBalancerAttributes: [{Key: idle_timeout.timeout_seconds, Value: !Ref Idle}]", "90", False),
        (", LoadBalancerAttributes: !If [Slow, [{Key: a, Value: b}], []]", "90", False),
        (", LoadBalancerAttributes: [{Key: !Ref Which, Value: '100'}]", "90", False),
    ],
)
def test_compares_what_is_known(tmp_path: Path, attributes: str, timeout: str, *, is_found: bool) -> None:
    found = findings(tmp_path, "balancer-function-timeout", STACK % (attributes, timeout))
    assert bool(found) is is_found
