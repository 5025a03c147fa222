"""The guide refuses what `wellmade advise` refuses, so that the file which it shows can be read."""

import json
import subprocess
from typing import Any

import pytest

from docs.site.guide import guide_script
from wellmade.local.toolchain import node_program


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, None),
        ({"websocket": True, "connected": 5}, None),
        ({"rate": 5, "peak": 1}, "peak"),
        ({"duration": 5, "latency": 1}, "latency"),
        ({"starts_with": "files", "latency": 1}, "latency"),
        ({"starts_with": "messages", "websocket": True}, "websocket"),
        ({"connected": 5}, "connected"),
        ({"starts_with": "schedule", "ordering": "by_key"}, "ordering"),
        ({"starts_with": "schedule", "consumers": 2}, "consumers"),
        ({"stored": 5}, "stored"),
        ({"data": "relational", "relational": False}, "relational"),
    ],
)
def test_contradictions_are_those_of_the_command(given: dict[str, Any], field: str | None) -> None:
    asked = f"{guide_script()}\nconsole.log(JSON.stringify(contradictions({json.dumps(given)})));"
    done = subprocess.run(
        [str(node_program()), "-"], input=asked, capture_output=True, text=True, check=True, timeout=60
    )
    assert [name for name, _ in json.loads(done.stdout)] == ([field] if field else [])
