"""The apps that are written, in an environment of their own: green at once."""

import pytest

from tests.unit.new.conftest import Elsewhere
from wellmade.new.shipped import stacks

FIRST = "work-queues"
QUIETLY = ("-q", "-p", "no:cacheprovider", "-p", "no:schemathesis", "-p", "no:hypothesispytest")
"""Without the plugins of our own tests, which no app has."""
WITHOUT_VALIDATION = "CDK_VALIDATION=false"
"""The CDK judges the templates of the same stacks in `tests/stacks/test_scanners.py`; that takes longer than the rest."""


def green(elsewhere: Elsewhere, stack: str) -> None:
    """Write the app of a stack; its tests pass, and it synthesizes."""
    app = elsewhere.new(stack)
    tested = elsewhere.run(app, "python3", "-m", "pytest", *QUIETLY)
    assert tested.returncode == 0, tested.stdout
    synthesized = elsewhere.run(app, "env", WITHOUT_VALIDATION, "python3", "app.py")
    assert synthesized.returncode == 0, synthesized.stderr
    assert [file.name for file in (app / "cdk.out").glob("*.template.json")] == [f"{stack}.template.json"]
    assert elsewhere.wheel.as_uri() in (app / "requirements.txt").read_text()


def test_an_app_is_green_at_once(elsewhere: Elsewhere) -> None:
    green(elsewhere, FIRST)


@pytest.mark.scan
@pytest.mark.parametrize("stack", sorted(stacks().keys() - {FIRST}))
def test_every_other_app_is_green_at_once(elsewhere: Elsewhere, stack: str) -> None:
    green(elsewhere, stack)
