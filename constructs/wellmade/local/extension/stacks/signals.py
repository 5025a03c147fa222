"""Gap: a signal to a wait condition that says what type it has is refused.

The user guide asks for no `Content-Type`, which was signed along once. The address that a handle has on AWS
signs the host alone (`X-Amz-SignedHeaders=host`), so that S3 takes what `fetch` or an HTTP library sends.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

from collections.abc import Mapping
from typing import Any

from ministack import app
from ministack.services.cloudformation import wait_conditions


def apply() -> None:
    """Look at no type."""
    handle = app._handle_post_body_shortcuts

    async def handle_signals_of_any_type(
        method: str, path: str, headers: Mapping[str, str], *more: Any, **options: Any
    ) -> Any:
        if path.startswith(wait_conditions.SIGNAL_PATH):
            headers = {name: value for name, value in headers.items() if name.lower() != "content-type"}
        return await handle(method, path, headers, *more, **options)

    app._handle_post_body_shortcuts = handle_signals_of_any_type
