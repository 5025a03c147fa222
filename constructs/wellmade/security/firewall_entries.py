"""What a firewall is put before: something that takes one, and has none yet."""

from typing import Any

from constructs import IConstruct

from wellmade.facts.waf import TAKES_FIREWALL
from wellmade.kit.lookups import is_unresolved, offers, path_of, root_of
from wellmade.kit.refusals import refusal
from wellmade.kit.registry import Registry

_behind: Registry[dict[str, str]] = Registry(dict)
"""Firewalls of an app, by what they are before: its path, and its ARN."""


def refuse_wrong_arn(scope: IConstruct, arn: str) -> None:
    """Raise where text is no ARN of something that takes a regional firewall; tokens are taken.

    Raises:
        RefusedError: If it is none.
    """
    if is_unresolved(arn):
        return
    parts = arn.split(":", 5)
    begins = TAKES_FIREWALL.get(parts[2]) if len(parts) == 6 and parts[0] == "arn" else None
    if begins is None or not parts[5].startswith(begins):
        allowed = "the ARN of an application load balancer, a stage of a REST API or a user pool"
        fix = "pass the load balancer or the stage itself; an HTTP API takes no firewall"
        raise refusal(scope, "entry", allowed, repr(arn), fix, rule="firewall-scope")


def claim(firewall: IConstruct, entry: Any, arn: str | None) -> None:
    """Remember that a firewall is before an entry, which has one at most.

    Args:
        firewall: What protects.
        entry: What is protected.
        arn: Of it, where it has one.

    Raises:
        RefusedError: If a firewall of this app is before it already.
    """
    stage = getattr(getattr(entry, "api", None), "deployment_stage", None)
    parts: list[Any] = [each for each in (entry, stage) if offers(each, "node")]
    names = [path_of(each) for each in parts] + ([arn] if arn else [])
    known = _behind.of(root_of(firewall))
    first = next((known[name] for name in names if name in known), None)
    if first is not None:
        got = f"one that {first} is before already"
        fix = "call protect once, or put the rules into one firewall"
        raise refusal(firewall, "entry", "something without a firewall", got, fix, rule="firewall-scope")
    known.update(dict.fromkeys(names, path_of(firewall)))
