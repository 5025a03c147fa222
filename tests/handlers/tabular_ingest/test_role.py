"""The role holds what the handler calls, and nothing more."""

from collections.abc import Iterator
from typing import Any

from tests.handlers.support import Inbox, recorded
from tests.handlers.tabular_ingest.test_permissions import every_outcome, needed
from wellmade.ingest import FilePipeline
from wellmade.testing import synthesize

BUCKETS_AND_TABLES = {
    "FilesInbox": "inbox",
    "FilesResults": "results",
    "FilesQuarantine": "quarantine",
    "FilesRows": "rows",
    "FilesClaims": "claims",
}


def granted(template: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the actions that the role allows, with the resource by the name that the tests give it."""
    [role] = [r["Properties"] for r in template["Resources"].values() if r["Type"] == "AWS::IAM::Role"]
    for statement in role["Policies"][0]["PolicyDocument"]["Statement"]:
        actions, resources = statement["Action"], statement["Resource"]
        for action in [actions] if isinstance(actions, str) else actions:
            for resource in resources if isinstance(resources, list) else [resources]:
                named = [name for prefix, name in BUCKETS_AND_TABLES.items() if prefix in str(resource)]
                yield action, named[0] if named else str(resource)


def called_by_others(template: dict[str, Any]) -> set[str]:
    """Return the actions that the role declares as called by somebody else, each with its reason."""
    [role] = [r for r in template["Resources"].values() if r["Type"] == "AWS::IAM::Role"]
    declared = role["Metadata"]["wellmade"]["calls"]
    assert all(len(entry["calledBy"]) > 10 for entry in declared)
    return {action for entry in declared for action in entry["actions"]}


def test_role_grants_what_the_handler_calls_and_nothing_more(inbox: Inbox) -> None:
    with recorded(inbox.handler) as calls:
        every_outcome(inbox)
    called = {grant for call in calls for grant in needed(*call)}
    template = synthesize(lambda stack: FilePipeline(stack, "Files", package="tabular_ingest"))
    allowed = set(granted(template))
    assert called - allowed == set()
    assert {action for action, _ in allowed - called} == called_by_others(template)
