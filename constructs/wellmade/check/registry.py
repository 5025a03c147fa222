"""All rules there are."""

from functools import cache
from importlib import import_module, resources
from pkgutil import iter_modules

from wellmade.check import rules
from wellmade.check.rule import Rule
from wellmade.errors import WellmadeError


@cache
def all_rules() -> dict[str, Rule]:
    """Return every rule by its id, in the order of the alphabet."""
    names = sorted(module.name for module in iter_modules(rules.__path__))
    found: list[Rule] = [import_module(f"{rules.__name__}.{name}").RULE for name in names]
    return {rule.id: rule for rule in found}


def rule_of(rule_id: str) -> Rule:
    """Return one rule.

    Raises:
        WellmadeError: If there is no such rule.
    """
    try:
        return all_rules()[rule_id]
    except KeyError:
        near = ", ".join(all_rules())
        raise WellmadeError(f"rule must be one of {near}, got {rule_id!r}") from None


def example(rule_id: str, kind: str) -> str:
    """Return the text of a rule's `good` or `bad` template."""
    file = resources.files(rules) / f"{rule_id.replace('-', '_')}.{kind}.yaml"
    return file.read_text()
