"""A step that does one of several things."""

from collections.abc import Sequence
from dataclasses import dataclass

from wellmade.kit.refusals import refusal
from wellmade.workflow.step import Step
from wellmade.workflow.task import Permission, Retrier, RetryPolicy, State


@dataclass(frozen=True)
class Choice:
    """Do the first of several steps whose condition holds; nothing where none does.

    Should a later step fail, the compensations of all its steps run: those of what was not done find nothing
    to compensate.

    Args:
        routes: Steps, each with `when`; the last may go without and is then done otherwise.
    """

    routes: Sequence[Step]
    is_call = False
    is_done = None

    @property
    def waits(self) -> bool:
        """Whether one of the steps does."""
        return any(route.task.waits for route in self.routes)

    @property
    def permissions(self) -> Sequence[Permission]:
        """What the steps need."""
        return [each for route in self.routes for each in route.task.permissions]

    @property
    def longest(self) -> float:
        """What the longest step takes."""
        return max(route.task.longest for route in self.routes)

    def state(self, name: str) -> State:  # noqa: ARG002 - of the protocol; one state has one name
        """Return the choice, which leads on where no condition holds."""
        led = [{**route.condition, "Next": route.name} for route in self.routes if route.when]
        otherwise = self.routes[-1]
        return {
            "Type": "Choice",
            "Choices": led,
            **({} if otherwise.when else {"Default": otherwise.name}),
        }

    def retriers(self, non_retryable_errors: Sequence[str], policy: RetryPolicy) -> list[Retrier]:  # noqa: ARG002 - as above
        """Nothing: each step retries for itself."""
        return []

    def refuse_wrong(self, path: str, step: str) -> None:
        """Raise unless there is a condition for each step but the last."""
        if not self.routes or not self.routes[0].when:
            fix = "give Choice([Step(…, when=…), …])"
            raise refusal(
                path, step, "at least one route with a condition", "none", fix, rule="workflow-shape"
            )
        bare = next((route.name for route in self.routes[:-1] if not route.when), None)
        if bare:
            fix = "give it when=…, or move it to the end"
            raise refusal(
                path,
                step,
                "routes of which only the last has no when",
                repr(bare),
                fix,
                rule="cfn-lint:E3601",
            )
