"""The steps of a media pipeline: one task a format, all at once."""

from collections.abc import Sequence
from dataclasses import replace

from wellmade.workflow.media_arrivals import TOLD
from wellmade.workflow.parallel import Parallel
from wellmade.workflow.run_task import RunTask
from wellmade.workflow.step import Step
from wellmade_runtime.variables import FILE_BUCKET, FILE_KEY, FILE_VERSION, MEDIA_FORMAT

VIDEO = {
    f"{name}.$": f"$.{field}" for name, field in zip((FILE_BUCKET, FILE_KEY, FILE_VERSION), TOLD, strict=True)
}
"""Of an execution's data what each task is told."""


def media_steps(task: RunTask, formats: Sequence[str], capacity_provider: str) -> list[Step]:
    """Return one step that makes all formats at once; a single one needs no branches.

    Args:
        task: What makes one.
        formats: What is made.
        capacity_provider: On which capacity.
    """

    def make(name: str) -> Step:
        told = {**task.environment, **VIDEO, MEDIA_FORMAT: name}
        return Step(f"Make {name}", replace(task, environment=told, capacity_provider=capacity_provider))

    each = [make(name) for name in formats]
    return each if len(each) == 1 else [Step("Make formats", Parallel([[step] for step in each]))]
