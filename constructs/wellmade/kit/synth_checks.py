"""Rules that are judged on what was synthesized, overrides included, and reported by the CDK."""

import json
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import aws_cdk as cdk
import jsii
from constructs import IConstruct

from wellmade.kit.lookups import path_of, resolved, root_of, stack_of, validations_of
from wellmade.kit.refusals import RefusedError, refusal


class Synthesized:
    """The templates of an app, as its rules read them."""

    def __init__(self) -> None:
        self._templates: WeakKeyDictionary[cdk.Stack, dict[str, Any]] = WeakKeyDictionary()
        self._logical_ids: WeakKeyDictionary[cdk.CfnElement, str] = WeakKeyDictionary()
        self._stacks: WeakKeyDictionary[IConstruct, list[cdk.Stack]] = WeakKeyDictionary()
        self._resolved: WeakKeyDictionary[cdk.Stack, dict[str, Any]] = WeakKeyDictionary()

    def properties(self, resource: cdk.CfnElement) -> Mapping[str, Any]:
        """Return a resource's properties as CloudFormation gets them."""
        found: Mapping[str, Any] = self.resource(resource).get("Properties", {})
        return found

    def resource(self, resource: cdk.CfnElement) -> Mapping[str, Any]:
        """Return a resource as CloudFormation gets it; empty where it was taken out of the template."""
        found: Mapping[str, Any] = self.resources(resource).get(self.logical_id(resource), {})
        return found

    def resources(self, scope: IConstruct) -> Mapping[str, Any]:
        """Return all resources of the template that a construct is in, by logical id."""
        found: Mapping[str, Any] = self.template(scope).get("Resources", {})
        return found

    def template(self, scope: IConstruct) -> Mapping[str, Any]:
        """Return the template that a construct is in."""
        stack = stack_of(scope)
        if stack not in self._templates:
            self._templates[stack] = json.loads(template_file(stack).read_text())
        return self._templates[stack]

    def stacks(self, scope: IConstruct) -> list[cdk.Stack]:
        """Return the stacks of a construct's app or stage; those nested in them are left out."""
        stage: IConstruct = cdk.Stage.of(scope) or root_of(scope)
        if stage not in self._stacks:
            self._stacks[stage] = list(_stacks_of(stage))
        return self._stacks[stage]

    def logical_id(self, resource: cdk.CfnElement) -> str:
        """Return a resource's logical id."""
        if resource not in self._logical_ids:
            self._logical_ids[resource] = str(self.resolve(resource, resource.logical_id))
        return self._logical_ids[resource]

    def resolve(self, scope: IConstruct, text: str) -> Any:
        """Return what a text with references is in the template that a construct is in."""
        known = self._resolved.setdefault(stack_of(scope), {})
        if text not in known:
            known[text] = resolved(scope, text)
        return known[text]


def _stacks_of(scope: IConstruct) -> Iterator[cdk.Stack]:
    for child in scope.node.children:
        if isinstance(child, cdk.Stack):
            yield child
        elif not isinstance(child, cdk.Stage):
            yield from _stacks_of(child)


_OLDEST = (2, 262)
"""Of the CDK, as `pyproject.toml` has it: those who install without its word are told here."""


def refuse_older_cdk(found: str) -> None:
    """Raise before 2.262, where an app in Python goes on after a plugin has refused what it synthesized.

    Args:
        found: The version that is installed.

    Raises:
        ImportError: If it is older.
    """
    if tuple(map(int, found.split(".")[:2])) < _OLDEST:
        least = ".".join(map(str, _OLDEST))
        raise ImportError(
            f"aws-cdk-lib must be at least {least}, got {found}; install it anew: before, what is refused at "
            "synth would be deployed all the same"
        )


refuse_older_cdk(version("aws-cdk-lib"))

Check = Callable[[Synthesized], Iterable[RefusedError | None]]


def check_at_synth(scope: IConstruct, check: Check) -> None:
    """Run `check` on the synthesized templates; each error that it yields fails the synth, a warning is told.

    A check that raises fails the synth with the construct's path, and the others are run as well.

    Args:
        scope: Whose rule it is.
        check: Returns an error, made by `refusal`, for each rule that is broken; None is passed over.
    """
    root = root_of(scope)
    if root not in _plugins:
        _plugins[root] = _Rules()
        validations_of(root).add_plugins(_plugins[root])
    _plugins[root].checks.append((scope, check))


def checks_of(scope: IConstruct) -> list[Check]:
    """Return the checks that the constructs of an app asked for."""
    rules = _plugins.get(root_of(scope))
    return [check for _, check in rules.checks] if rules else []


def template_file(stack: cdk.Stack) -> Path:
    """Return where a stack's template was written; a nested stack's too."""
    stage = cdk.Stage.of(stack)
    return Path(stage.outdir if stage else ".") / stack.template_file


@jsii.implements(cdk.IPolicyValidationPlugin)
class _Rules:
    """The rules of all constructs of one app, as one plugin of the CDK."""

    def __init__(self) -> None:
        self.checks: list[tuple[IConstruct, Check]] = []

    @property
    def name(self) -> str:
        """How the CDK's report calls the plugin."""
        return "wellmade-constructs"

    @property
    def version(self) -> str | None:
        """None: it goes with the constructs."""
        return None

    @property
    def rule_ids(self) -> list[str] | None:
        """None: the CDK would only send them to its analytics."""
        return None

    def validate(self, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:  # noqa: ARG002 - the CDK's
        """Judge what was synthesized.

        Args:
            context: The app, whose templates the CDK has just written.
        """
        synthesized = Synthesized()
        found = [error for scope, check in self.checks for error in _found(scope, check, synthesized)]
        return cdk.PolicyValidationPluginReport(
            success=all(error.severity == "warning" for error in found),
            violations=[_violation(error, synthesized) for error in found],
        )


_plugins: "WeakKeyDictionary[IConstruct, _Rules]" = WeakKeyDictionary()


def _found(scope: IConstruct, check: Check, synthesized: Synthesized) -> Iterator[RefusedError]:
    """Yield what a check finds, and its own failure as well, so that the others are judged as well."""
    try:
        yield from (error for error in check(synthesized) if error)
    except Exception as failure:  # noqa: BLE001 - whatever it is, it is told and fails the synth
        yield _failed(scope, failure)


def _failed(scope: IConstruct, failure: Exception) -> RefusedError:
    last = traceback.extract_tb(failure.__traceback__)[-1]
    got = f"{type(failure).__name__} ({failure}) in {Path(last.filename).name}:{last.lineno}"
    fix = "its rule was not judged; take back the last override of it, and report the failure"
    return refusal(scope, "template", "one that the construct's rules can read", got, fix)


def _violation(error: RefusedError, synthesized: Synthesized) -> cdk.PolicyViolation:
    # The CDK drops a violation without a resource, so that one that no template shows names its path.
    shown = error.resource
    place = cdk.PolicyViolatingResource(
        resource_logical_id=synthesized.logical_id(shown) if shown is not None else error.path,
        template_path=str(template_file(stack_of(shown))) if shown is not None else "",
        locations=[path_of(shown) if shown is not None else error.path],
    )
    return cdk.PolicyViolation(
        rule_name=error.rule or error.option.replace(" ", "-"),
        description=str(error),
        severity=error.severity,
        violating_resources=[place],
    )
