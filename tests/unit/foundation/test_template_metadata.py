from typing import Any

from wellmade.foundation import PythonFunction, accept
from wellmade.testing import synthesize


def test_a_suppression_on_a_role_keeps_its_declared_calls_and_the_suppressions_before_it() -> None:
    def define(stack: Any) -> None:
        function = PythonFunction(stack, "Import", package="tabular_ingest")
        accept(function.role, {"some-rule": "for this reason"})
        accept(function.role, {"other-rule": "for that reason", "CKV_AWS_1": "because"})

    [role] = [r for r in synthesize(define)["Resources"].values() if r["Type"] == "AWS::IAM::Role"]
    ours = role["Metadata"]["wellmade"]
    assert [each["rule"] for each in ours["suppress"]] == ["some-rule", "other-rule"]
    assert {action for call in ours["calls"] for action in call["actions"]} >= {"logs:PutLogEvents"}
