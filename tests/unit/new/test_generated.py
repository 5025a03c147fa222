"""The apps that are written, in an environment of their own: green at once."""

import pytest

from tests.unit.new.conftest import Elsewhere
from wellmade.new.shipped import stacks

KINDS = ("work-queues", "static-site", "serverless-api")
"""A queue with handlers, a site without any, an API."""


def green(elsewhere: Elsewhere, stack: str) -> None:
    """Write the app of a stack; its tests pass, and it synthesizes."""
    app = elsewhere.new(stack)
    tested = elsewhere.run(app, "python3", "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert tested.returncode == 0, tested.stdout
    synthesized = elsewhere.run(app, "python3", "app.py")
    assert synthesized.returncode == 0, synthesized.stderr
    assert [file.name for file in (app / "cdk.out").glob("*.template.json")] == [f"{stack}.template.json"]
    assert elsewhere.wheel.as_uri() in (app / "requirements.txt").read_text()


@pytest.mark.parametrize("stack", KINDS)
def test_an_app_of_each_kind_is_green_at_once(elsewhere: Elsewhere, stack: str) -> None:
    green(elsewhere, stack)


@pytest.mark.scan
@pytest.mark.parametrize("stack", sorted(stacks().keys() - set(KINDS)))
def test_every_other_app_is_green_at_once(elsewhere: Elsewhere, stack: str) -> None:
    green(elsewhere, stack)
