"""`wellmade upgrade` as a policy-validation plugin of CDK."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import aws_cdk as cdk
import jsii

from wellmade.upgrade.accepted import accepted_in
from wellmade.upgrade.change import Upgrade
from wellmade.upgrade.compare import compare
from wellmade.upgrade.pairs import paired
from wellmade.upgrade.stacks import Written, read
from wellmade.validation.plugin import Plugin
from wellmade.validation.synthesized import written


@jsii.implements(cdk.IPolicyValidationPlugin)
class SafeUpgrade(Plugin):
    """Refuse at synth what would lose data once it is deployed.

    The app is compared with what is deployed, as `wellmade upgrade` does: with an assembly or a template of
    the last release, or with the stacks of the account, for which CloudFormation is asked. What replaces or
    deletes a resource that holds data fails the synth, as does an export that a deployed stack imports and
    that changes. A stack that is not deployed is new and loses nothing. What `[upgrade.accepted]` of
    `wellmade.toml` accepts stands in CDK's report with its reason and fails nothing. Needs `wellmade[tools]`.

    Args:
        deployed_as: The assembly, template or folder that is deployed. Default: CloudFormation is asked, with
            the credentials of the shell.

    Example:
        app = cdk.App()
        cdk.Validations.of(app).add_plugins(SafeUpgrade(deployed_as="main.out"))
    """

    _NAME = "wellmade-upgrade"

    def __init__(self, *, deployed_as: Path | str | None = None) -> None:
        self._deployed = Path(deployed_as) if deployed_as is not None else None

    def validate(self, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:
        """Compare what was synthesized with what is deployed.

        Args:
            context: The app, whose stacks CDK has just written.

        Raises:
            WellmadeError: If a template or an entry of `wellmade.toml` cannot be read, or CloudFormation does
                not answer.
        """
        accepted = accepted_in(Path.cwd())
        new = read(written(context))
        old = read([self._deployed]) if self._deployed else _asked(new)
        new = paired(old, new)
        found = compare(old, new) if self._deployed else _with_importers(compare(old, new), old)
        found = accepted.applied_to(found)
        faults = [_told(name, each, new) for name, each in (*_losses(found), *_breaks(found))]
        notes = [_told(name, each, new, severity="info") for name, each in _accepted(found)]
        return cdk.PolicyValidationPluginReport(success=not faults, violations=[*faults, *notes])


def _asked(new: Mapping[str, Written]) -> dict[str, Written]:
    from wellmade.upgrade.deployed import deployed  # noqa: PLC0415 - boto3 takes every app a quarter of a second

    return deployed(new)


def _with_importers(found: Upgrade, old: Mapping[str, Written]) -> Upgrade:
    from wellmade.upgrade.importers import with_importers  # noqa: PLC0415 - as above

    return with_importers(found, old)


@dataclass(frozen=True)
class _Fault:
    stack: str
    resource: str
    said: str
    fix: str


def _losses(found: Upgrade) -> Iterator[tuple[str, _Fault]]:
    for each in found.loses:
        yield "data-loss", _Fault(each.stack, each.logical_id, each.said, each.fix)


def _accepted(found: Upgrade) -> Iterator[tuple[str, _Fault]]:
    for each in found.accepted:
        said = f"{each.said}; accepted: {each.accepted}"
        yield "accepted-data-loss", _Fault(each.stack, each.logical_id, said, "nothing: it is accepted")
    for entry in found.unfit:
        resource = entry.entry.rpartition("/")[2]
        yield "accepts-nothing", _Fault(entry.file, resource, str(entry), "remove the entry")


def _breaks(found: Upgrade) -> Iterator[tuple[str, _Fault]]:
    for each in found.breaks:
        said = f"the export {each.name} {each.why}, and {', '.join(each.used_by)} imports it"
        yield "export-in-use", _Fault(each.stack, each.name, said, "deploy who imports it without it first")


def _told(
    rule: str, fault: _Fault, new: Mapping[str, Written], severity: str = "error"
) -> cdk.PolicyViolation:
    """Name the place by template and logical id; what is gone has no construct any more."""
    stack = new.get(fault.stack)
    place = cdk.PolicyViolatingResource(
        resource_logical_id=fault.resource,
        template_path=str(stack.file if stack else fault.stack),
        locations=[fault.said],
    )
    return cdk.PolicyViolation(
        rule_name=rule,
        description=fault.said,
        fix=fault.fix,
        severity=severity,
        violating_resources=[place],
    )
