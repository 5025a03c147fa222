"""All rules there are: one module each, in the folder of its service."""

from functools import cache
from importlib import import_module, resources
from pathlib import Path
from pkgutil import iter_modules

from wellmade.check import rules
from wellmade.check.rule import Rule
from wellmade.errors import WellmadeError


@cache
def all_rules() -> dict[str, Rule]:
    """Return every rule by its id, in the order of the alphabet."""
    found: list[Rule] = [
        import_module(f"{rules.__name__}.{service}.{name}").RULE
        for name, service in sorted(_services().items())
    ]
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
    name = rule_id.replace("-", "_")
    return (resources.files(rules) / _services()[name] / f"{name}.{kind}.yaml").read_text()


def folder_of(rule_id: str) -> Path:
    """Return the folder in which a rule lies with its two templates."""
    return Path(rules.__path__[0]) / _services()[rule_id.replace("-", "_")]


@cache
def _services() -> dict[str, str]:
    """Return the folder of each module of a rule."""
    folder = Path(rules.__path__[0])
    return {
        module.name: service.name
        for service in iter_modules(rules.__path__)
        if service.ispkg
        for module in iter_modules([str(folder / service.name)])
    }
