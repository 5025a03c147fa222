"""`wellmade check` as a policy-validation plugin of CDK."""

import aws_cdk as cdk
import jsii

from wellmade.check.grouping import told_with
from wellmade.check.rule import Finding, Severity
from wellmade.check.run import check
from wellmade.validation.plugin import Plugin
from wellmade.validation.synthesized import synthesized

_SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "info"}
"""CDK's words."""


@jsii.implements(cdk.IPolicyValidationPlugin)
class WellmadeChecks(Plugin):
    """Refuse at synth what would fail at 3 a.m.

    Errors and warnings fail the synth, and CDK's report names the construct's path, the reason and the fix
    of each; advice stands in the report and fails nothing. All stacks of the app are read together, those
    in stages too; nested stacks as well under the `cdk` command, which notes where their templates lie.
    Needs `wellmade[tools]`.

    Example:
        app = cdk.App()
        cdk.Validations.of(app).add_plugins(WellmadeChecks())
    """

    _NAME = "wellmade"

    def validate(self, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:
        """Check what was synthesized.

        Args:
            context: The app, whose stacks CDK has just written.

        Raises:
            WellmadeError: If a template cannot be read, with file and line.
        """
        found = check(synthesized(context))
        return cdk.PolicyValidationPluginReport(
            success=all(finding.severity is Severity.ADVICE for finding in found),
            violations=[_violation(finding) for finding in found],
        )


def _violation(finding: Finding) -> cdk.PolicyViolation:
    """Name the place by template and logical id, which CDK turns into the construct's path."""
    places = [
        cdk.PolicyViolatingResource(
            resource_logical_id=each.resource, template_path=each.template, locations=[each.path]
        )
        for each in (finding, *finding.more)
    ]
    return cdk.PolicyViolation(
        rule_name=finding.rule,
        description=f"{finding.path}: {finding.message}",
        fix="; ".join((finding.fix, *told_with(finding), finding.source)),
        severity=_SEVERITIES[finding.severity],
        violating_resources=places,
    )
