"""What cannot work about a media pipeline."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aws_cdk import aws_s3 as s3
from constructs import IConstruct

from wellmade.kit.lookups import default_child, path_of
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized
from wellmade.workflow.run_task import RunTask
from wellmade.workflow.task import Task

_FORMAT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_FOLDER = re.compile(r"([A-Za-z0-9._-]+/)+")
MOST_FORMATS = 40


def container_task(scope: IConstruct, task: Task) -> RunTask:
    """Return what makes a format, which is a container and no function.

    Raises:
        RefusedError: If it calls a function, or does anything else.
    """
    if isinstance(task, RunTask):
        task.refuse_wrong(path_of(scope), "task")
        return task
    fix = "Lambda ends after 15 minutes, and a video may take hours: run a FargateTask, by RunTask"
    raise refusal(scope, "task", "a RunTask", type(task).__name__, fix, rule="video-in-function")


def refuse_wrong_formats(scope: IConstruct, formats: Sequence[str]) -> None:
    """Raise where formats cannot be names of steps and of objects.

    Raises:
        RefusedError: If they cannot.
    """
    if not 1 <= len(formats) <= MOST_FORMATS:
        fix = "name them as in ['720p', 'audio']"
        raise refusal(scope, "formats", f"1 to {MOST_FORMATS} names", len(formats), fix)
    wrong = next((each for each in formats if not _FORMAT.fullmatch(each)), None)
    if wrong is not None:
        allowed = "up to 40 letters, digits, dots, hyphens and underscores"
        raise refusal(scope, "formats", allowed, repr(wrong), "name it as in '720p'")
    twice = next((each for each in formats if list(formats).count(each) > 1), None)
    if twice:
        raise refusal(scope, "formats", "named differently", f"{twice!r} twice", "name each once")


def refuse_wrong_prefix(
    scope: IConstruct, prefix: str, bucket: s3.IBucket | None, results: s3.IBucket | None
) -> None:
    """Raise where videos have no folder of their own, or formats would arrive as videos.

    Raises:
        RefusedError: If so.
    """
    if not _FOLDER.fullmatch(prefix):
        fix = "or all that is in the bucket would be a video"
        raise refusal(scope, "prefix", "a folder such as incoming/", repr(prefix), fix)
    if bucket is not None and results is not None and bucket.bucket_name == results.bucket_name:
        fix = "or each format starts an execution that makes formats of it, indefinitely"
        raise refusal(scope, "results", "another bucket than the inbox", "the same", fix, rule="event-loop")


@dataclass(frozen=True)
class VersionRule:
    """An inbox keeps versions: by theirs an execution is one, and a task reads what arrived."""

    scope: IConstruct
    bucket: s3.IBucket

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal where it keeps none; an imported bucket is not known and passes."""
        resource = default_child(self.bucket)
        if not isinstance(resource, s3.CfnBucket):
            return
        versions = synthesized.properties(resource).get("VersioningConfiguration") or {}
        if versions.get("Status") != "Enabled":
            fix = "define it with versioned=True: by its version a video is known that arrives twice"
            got = "one without them"
            path = path_of(self.scope)
            yield refusal(path, "bucket", "one that keeps versions", got, fix, resource=resource)
