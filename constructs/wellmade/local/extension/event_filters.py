"""Gap: filters of mappings and pipes know a part of the patterns that rules of EventBridge know.

On AWS they are one language; a filter by address, by case or by a nested operator let nothing through here.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
from typing import Any

from ministack.services import eventbridge, lambda_svc


def apply() -> None:
    """Match records as rules match events."""
    lambda_svc._match_esm_filter = _matches


def _matches(record: dict[str, Any], pattern: dict[str, Any]) -> bool:
    alternatives = eventbridge._compiled_pattern(json.dumps(pattern)) or []
    return any(eventbridge._matches_detail(record, each) for each in alternatives)
