"""What histories of deliveries are made of: few identities, contradicting contents, crashes at each call."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from tests.handlers.histories.memory_tables import answered
from tests.handlers.support import EXAMPLES, Crash, hooked

HISTORIES = int(os.environ.get(EXAMPLES, "20"))
CRASHES = st.sampled_from([None, None, "before-call.dynamodb", "after-call.dynamodb"])
"""Where a delivery dies: half of them nowhere."""


def run(machine: type[Any], handler: ModuleType) -> None:
    """Try so many histories of up to 10 deliveries each; what is left is looked at when a history ends."""
    chosen = settings(max_examples=HISTORIES, stateful_step_count=10)
    machine.handler = handler
    with answered(handler):
        run_state_machine_as_test(machine, settings=chosen)


@contextmanager
def dying(module: ModuleType, crash: str | None) -> Iterator[None]:
    """Let what happens in the block die at a call, if it is to; the handler's process is then another one."""

    def die(**_: Any) -> None:
        raise Crash

    if crash is None:
        yield
        return
    with hooked(module, crash, die), suppress(Crash):
        yield


def died_between(crash: str | None, action: str, is_known: bool) -> bool:  # noqa: FBT001 - what a history knows
    """Tell whether a compensation died after its first look, which found nothing to compensate."""
    return bool(crash) and action in {"refund", "release"} and not is_known
