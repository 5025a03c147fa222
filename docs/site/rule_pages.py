"""A page for each rule of `wellmade check`: what it wants, why, and both of its templates."""

from wellmade.check.registry import all_rules, example
from wellmade.check.rule import Rule
from wellmade.check.suppressions import reported_rules


def rule_pages() -> dict[str, str]:
    """Return the pages by the rule's id, as Markdown."""
    return {name: _page(rule) for name, rule in reported_rules().items()}


def _page(rule: Rule) -> str:
    templates = "".join(
        f"\n## {title}\n\n```yaml\n{example(rule.id, kind).rstrip()}\n```\n"
        for title, kind in (("Found in", "bad"), ("Not found in", "good"))
        if rule.id in all_rules()  # what is said of suppressions has no template
    )
    return (
        f"# {rule.id}\n\n{rule.title}.\n\nSeverity: {rule.severity}. [What AWS says]({rule.source}).\n\n"
        f"## Why\n\n{_text(rule.explanation)}\n\n## What to do\n\n{_text(rule.fix)}\n{templates}"
    )


def _text(text: str) -> str:
    """Return plain text that Markdown leaves as it is."""
    return text.replace("<", "&lt;").replace("*", "\\*").replace("_", "\\_")
