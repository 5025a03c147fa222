"""Automatic remediations name the role that they are carried out with."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.remediations import ASSUMED
from wellmade.graph import Graph, Resource, as_mapping, is_known


def _check(graph: Graph) -> Iterator[Violation]:
    for remediation in graph.of_type("AWS::Config::RemediationConfiguration"):
        if remediation.flag("Automatic") and _lacks_role(remediation):
            message = f"fixes by itself, must be told its role as {ASSUMED}"
            yield Violation(remediation, "Properties.Parameters", message)


def _lacks_role(remediation: Resource) -> bool:
    given = remediation.get("Parameters")
    return is_known(given) and ASSUMED not in as_mapping(given)


RULE = Rule(
    id="remediation-role",
    title="Automatic remediations name the role that they are carried out with",
    severity=Severity.ERROR,
    explanation=(
        "AWS Config starts a document by itself only with the role that the parameter AutomationAssumeRole "
        "names. Without one the deployment fails, or the fault is found and nothing is fixed."
    ),
    fix="add the parameter AutomationAssumeRole with the ARN of a role that ssm.amazonaws.com may assume",
    source="https://docs.aws.amazon.com/config/latest/APIReference/API_PutRemediationConfigurations.html",
    check=_check,
)
