"""Whether each file became exactly what it had to become, and nothing else came out."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from demo.expected import Ignored, Loaded, Quarantined, SetAside, expected
from demo.pipeline import Pipeline
from demo.samples import Sample

Rows = Mapping[int, Mapping[str, str]]


@dataclass(frozen=True)
class Finding:
    """What became of one file."""

    sample: Sample
    came_out: str
    set_aside: str
    problems: Sequence[str]


def audit(
    pipeline: Pipeline, samples: Sequence[Sample], reason: str | None
) -> tuple[Sequence[Finding], Sequence[str]]:
    """Compare everything that came out with what went in.

    Args:
        pipeline: Where it went through.
        samples: What went in.
        reason: Why the message in the dead-letter queue failed.

    Returns:
        A finding for each file, and a line for each thing that is missing, wrong or too much.
    """
    rows = pipeline.rows()
    findings = [
        _finding(pipeline, sample, rows.get(pipeline.identity(sample), {}), reason) for sample in samples
    ]
    problems = [f"{f.sample.label} ({f.sample.key}): {problem}" for f in findings for problem in f.problems]
    return findings, [*problems, *_extras(pipeline, samples, rows)]


def _finding(pipeline: Pipeline, sample: Sample, rows: Rows, reason: str | None) -> Finding:
    match expected(sample):
        case Loaded() as wanted:
            problems = list(_loaded_problems(pipeline, sample, wanted, rows))
            return Finding(sample, f"{len(rows)} rows, {len(wanted.rejected)} rejected", "", problems)
        case Quarantined():
            return _quarantined(pipeline, sample, rows)
        case SetAside():
            return Finding(
                sample,
                "nothing",
                f"dead-letter queue: {reason}",
                [f"{len(rows)} rows were loaded"] if rows else [],
            )
        case Ignored():
            seen = pipeline.deliveries().get(sample.key)
            return Finding(sample, "nothing", "", ["the function was told of it"] if seen or rows else [])


def _loaded_problems(pipeline: Pipeline, sample: Sample, wanted: Loaded, rows: Rows) -> Iterator[str]:
    result = pipeline.read_json("ResultsBucketName", f"{sample.key}.result.json")
    counts = {name: result.get(name) for name in ("rows", "loaded", "rejected")}
    loaded, rejected = len(wanted.rows), len(wanted.rejected)
    if counts != {"rows": loaded + rejected, "loaded": loaded, "rejected": rejected}:
        yield f"the result says {counts}, the file has {loaded} good and {rejected} bad rows"
    if rows != wanted.rows:
        wrong = sorted(n for n in rows.keys() | wanted.rows.keys() if rows.get(n) != wanted.rows.get(n))
        yield f"rows of lines {wrong} in the table are not those of the file"
    rejects = pipeline.read("ResultsBucketName", f"{sample.key}.rejects.jsonl") or b""
    lines = {json.loads(line)["line"] for line in rejects.splitlines()}
    if lines != wanted.rejected:
        yield f"lines {sorted(lines)} were rejected, expected {sorted(wanted.rejected)}"
    delivered = pipeline.deliveries().get(sample.key, 0)
    worked = pipeline.times_worked_on().get(sample.key, 0)
    if (
        delivered < sample.deliveries or worked != 1
    ):  # a queue delivers at least once: on a slow machine, more
        yield f"delivered {delivered} times and loaded {worked} times, expected {sample.deliveries} and 1"


def _quarantined(pipeline: Pipeline, sample: Sample, rows: Rows) -> Finding:
    document = pipeline.read_json("QuarantineBucketName", f"{sample.key}.reason.json")
    problems = [f"{len(rows)} rows were loaded"] if rows else []
    if pipeline.read("QuarantineBucketName", sample.key) != sample.body:
        problems.append("the copy in quarantine is not the file")
    if not document.get("reason"):
        problems.append("there is no reason in quarantine")
    reason = f"quarantine: {document.get('reason')}: {document.get('detail')}"
    return Finding(sample, "nothing", reason, problems)


def _extras(pipeline: Pipeline, samples: Sequence[Sample], rows: Mapping[str, Rows]) -> Iterator[str]:
    """Yield what came out and belongs to no file."""
    ours = {pipeline.identity(sample) for sample in samples}
    yield from (f"the table has rows of an unknown file {file}" for file in rows.keys() - ours)
    wanted: dict[str, set[str]] = {"ResultsBucketName": set(), "QuarantineBucketName": set()}
    for sample in samples:
        match expected(sample):
            case Loaded():
                names = [".result.json", ".rejects.jsonl"]
                wanted["ResultsBucketName"] |= {sample.key + name for name in names}
            case Quarantined():
                wanted["QuarantineBucketName"] |= {sample.key, f"{sample.key}.reason.json"}
    for bucket, keys in wanted.items():
        for key in sorted(pipeline.keys(bucket) ^ keys):
            place = bucket.removesuffix("BucketName").lower()
            yield f"{key} is {'missing' if key in keys else 'too much'} in {place}"
    if left := pipeline.depth("QueueUrl"):
        yield f"{left} messages are left in the queue"
    aside = sum(isinstance(expected(sample), SetAside) for sample in samples)
    if (found := pipeline.depth("DeadLetterQueueUrl")) != aside:
        yield f"{found} messages are in the dead-letter queue, expected {aside}"
