"""The decision guide as a page: the rules of `wellmade advise` as data, and one script that reads them."""

import json
from pathlib import Path
from typing import Any

from wellmade.advise.conditions import Test, fact
from wellmade.advise.fields import BY_NAME, FIELDS, Field
from wellmade.advise.rules import DERIVED, QUESTIONS, Question, Rule, questions
from wellmade.advise.workload import of_answers
from wellmade.facts.lambda_ import PROCESSOR_MEMORY
from wellmade.facts.prices import REGION

_PAGE = """# What to choose

Answer what you know; the rest is assumed. The rules are those of [`wellmade advise`](advise.md), with the
page of AWS that each follows. Where rules leave several options equal, the cost at your load decides: the
command prints it for all of them, with the code that builds the choice.

<div id="guide" class="guide">
<noscript>The guide needs JavaScript; <code>wellmade advise</code> does not.</noscript>
</div>
"""


def guide_page() -> str:
    """Return the page as Markdown."""
    return _PAGE


def guide_script() -> str:
    """Return the script with its data, as one file."""
    data = json.dumps(guide_data(), ensure_ascii=False, separators=(",", ":"))
    return f"const GUIDE = {data};\n{Path(__file__).with_name('guide.js').read_text()}"


def guide_data() -> dict[str, Any]:
    """Return fields, questions and rules, with every limit as a number."""
    return {
        "fields": [_field(each) for each in FIELDS],
        "questions": [_question(each) for each in questions()],
        "processor_memory": PROCESSOR_MEMORY,
        "fifo_most": of_answers("", {}).values(REGION)["fifo_most"],
    }


def _field(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "question": field.question,
        "default": field.default,
        "otherwise": field.otherwise,
        "choices": list(field.choices),
        "unit": field.unit,
        "least": field.least,
        "most": field.most,
        "whole": field.whole,
        "none": field.or_none,
        "flag": field.is_flag,
    }


def _question(question: Question) -> dict[str, Any]:
    return {
        "name": question.name,
        "title": question.title,
        "asked": [[_test(test) for test in tests] for tests in question.asked_when],
        "options": {name: option.title for name, option in question.options.items()},
        "rules": [_rule(rule) for rule in question.rules],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "option": rule.option,
        "effect": rule.effect,
        "weight": rule.weight,
        "tests": [_test(test) for test in rule.tests],
        "because": rule.because,
        "source": rule.source,
        "read": rule.as_of.isoformat() if rule.as_of else None,
    }


def _test(test: Test) -> dict[str, Any]:
    if test.how == "is":
        return {"field": test.field, "is": list(test.limits)}
    name = test.limits[0]
    known = name in BY_NAME or name in DERIVED or name in QUESTIONS
    return {"field": test.field, "how": test.how, "limit": name if known else fact(name)}
