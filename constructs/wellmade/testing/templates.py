"""Templates as tests want them: synthesized fast, compared without the noise."""

import json
import re
from collections.abc import Callable
from inspect import signature
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import aws_cdk as cdk

_HASH = re.compile(r"[0-9a-f]{64}")
_VERSION = re.compile(r"(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}")
"""What CDK calls the version of a function by: a hash of its code and options ends the logical id."""


def synthesize(define: Callable[["cdk.Stack"], object]) -> dict[str, Any]:
    """Define something in an empty stack and return its template.

    CDK's built-in validation is off: it takes longer than the rest, and one strict test is enough.

    Args:
        define: Called with the stack to define things in.
    """
    import aws_cdk as cdk  # noqa: PLC0415 - a second that other tests need not wait for

    app = cdk.App(analytics_reporting=False, **_without_validation(cdk.App))
    stack = cdk.Stack(app, "Test")
    define(stack)
    template: dict[str, Any] = app.synth().get_stack_by_name("Test").template
    return template


def _without_validation(app: type["cdk.App"]) -> dict[str, Any]:
    """Return the option that leaves out built-in validation, which the CDK has had since 2.275."""
    option = "builtin_cloud_formation_validation"
    return {option: False} if option in signature(app.__init__).parameters else {}


def masked(template: dict[str, Any]) -> str:
    """Return a template as text for a snapshot: asset hashes masked, logical ids kept but for hashes in them.

    What the CDK adds by itself, its bootstrap rule and the paths of constructs, is left out.
    """
    resources = {name: _without_path(resource) for name, resource in template["Resources"].items()}
    kept = {**template, "Resources": resources}
    for section in ("Parameters", "Rules"):
        kept[section] = {k: v for k, v in kept.get(section, {}).items() if "Bootstrap" not in k}
    text = json.dumps({key: value for key, value in kept.items() if value}, indent=2, sort_keys=True)
    return without_version(_HASH.sub("<asset hash>", text)) + "\n"


def without_version(text: str) -> str:
    """Return a text without the hashes that end the logical ids of versions of functions."""
    return _VERSION.sub(r"\1<hash>", text)


def _without_path(resource: dict[str, Any]) -> dict[str, Any]:
    metadata = {k: v for k, v in resource.get("Metadata", {}).items() if not k.startswith("aws:")}
    rest = {key: value for key, value in resource.items() if key != "Metadata"}
    return {**rest, "Metadata": metadata} if metadata else rest
