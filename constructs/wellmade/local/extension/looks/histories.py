"""Gap: the history of an execution has no states of branches and iterations.

Their input and output are left out here, too; which states were entered and left is told.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

from typing import Any

from ministack.services import stepfunctions

Execution = dict[str, Any]


class _Followed(dict[str, Any]):
    """States that are looked up one after the other, as each is entered."""

    def __init__(self, states: dict[str, Any], execution: Execution) -> None:
        super().__init__(states)
        self._execution, self._current = execution, ""

    def get(self, name: str, default: Any = None) -> Any:
        self.leave()
        if name in self:
            self._current = name
            self._tell("Entered")
        return super().get(name, default)

    def leave(self) -> None:
        if self._current:
            self._tell("Exited")
        self._current = ""

    def _tell(self, what: str) -> None:
        details = {f"state{what}EventDetails": {"name": self._current}}
        stepfunctions._add_event(self._execution, f"{self[self._current]['Type']}State{what}", details)


def apply() -> None:
    """Tell of every state."""
    run = stepfunctions._run_sub_machine

    def run_and_tell(states: dict[str, Any], start: str, given: Any, execution: Execution, ctx: Any) -> Any:
        followed = _Followed(states, execution)
        output = run(followed, start, given, execution, ctx)
        followed.leave()
        return output

    stepfunctions._run_sub_machine = run_and_tell
