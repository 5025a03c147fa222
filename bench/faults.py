"""How many rows are lost or doubled when notifications come twice and functions are killed at work.

Files of a few rows go through the deployed file pipeline on the embedded AWS; a tenth of the notifications
is delivered twice, and one file in 49 is uploaded twice with other rows, one of them bad. Processes of the
function are killed (SIGKILL) at random while they work, and calls are throttled or not answered. What used up
its receives is sent back with `wellmade redrive`. Then every row is looked for, and of a file that was
uploaded twice the result must be that of the second upload. The target is 0, 0 and 0.

    python -m bench.faults [--files 1000] [--kills 25] [--calls 5] [--seed 1]
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from bench.chaos import (
    PATIENCE,
    Options,
    contradictions,
    failed_calls,
    kill_one,
    options,
    redrive,
    uncontradicted,
)
from bench.cloud import cloud_for
from demo.pipeline import Pipeline, deploy_pipeline
from demo.samples import PREFIX, Sample
from wellmade.local.activity import Watch
from wellmade.local.deployed import deployed

BAD_ROW = "a row, of too, many fields\n"


def main() -> int:
    """Run and print the figures; 1 when a row is lost or doubled."""
    faults = options(__doc__, count=1000, work="files")
    files = [_file(number, faults.chance) for number in range(faults.count)]
    pairs = contradictions(files, lambda file: _contradicting(file, faults.chance), faults.chance)
    with cloud_for("faults", faults.calls) as cloud:
        print("deploying …", flush=True)
        pipeline, _ = deploy_pipeline(cloud, lambda _line: None)
        send_under_faults(pipeline, uploads(files, pairs, faults.chance), faults)
        return _report(pipeline, files, pairs)


def _file(number: int, chance: random.Random) -> Sample:
    """Return a file of one to six rows; every row has an id that no other row has."""
    rows = [f"{number}-{row},value {row}\n" for row in range(chance.randint(1, 6))]
    return _sample(number, rows)


def _contradicting(file: Sample, chance: random.Random) -> Sample:
    """Return another file of the same name, of which one row is bad."""
    rows = [f"other {file.label}-{row},value {row}\n" for row in range(chance.randint(1, 6))]
    return replace(file, body=("id,value\n" + "".join(rows) + BAD_ROW).encode())


def _sample(number: int, rows: Sequence[str]) -> Sample:
    return Sample(
        f"file {number}", f"{PREFIX}faults/{number:05}.csv", ("id,value\n" + "".join(rows)).encode()
    )


def uploads(
    files: Sequence[Sample], pairs: Sequence[tuple[Sample, Sample]], chance: random.Random
) -> list[tuple[Sample, ...]]:
    """Return what is uploaded one after the other: a file alone, or two that contradict each other."""
    alone: list[tuple[Sample, ...]] = [(file,) for file in uncontradicted(files, pairs)]
    return chance.sample([*alone, *pairs], len(alone) + len(pairs))


def _ids(sample: Sample) -> list[str]:
    lines = sample.body.decode().splitlines(keepends=True)[1:]
    return [line.partition(",")[0] for line in lines if line != BAD_ROW]


def send_under_faults(pipeline: Pipeline, files: Sequence[tuple[Sample, ...]], faults: Options) -> None:
    """Send files through, some of them twice, kill at random, and redrive what used up its receives."""
    began = time.monotonic()
    killed = _work(pipeline, files, faults.chance, faults.kills)
    redriven = _redrive(pipeline, began + PATIENCE)
    seconds = time.monotonic() - began
    cloud = pipeline.cloud
    died = sum(function.errors for function in Watch(cloud, deployed(cloud)).state().functions)
    print(f"{killed} processes killed, {died} invocations died with them or timed out")
    print(failed_calls(cloud))
    print(f"{redriven} messages used up their receives and were redriven; {seconds:.0f} s")


def _work(pipeline: Pipeline, files: Sequence[tuple[Sample, ...]], chance: random.Random, kills: int) -> int:
    """Upload, and kill until all is uploaded and worked on; return how many were killed."""
    alone = [number for number, several in enumerate(files) if len(several) == 1]
    twice = set(chance.sample(alone, len(files) // 10))
    other = f"{len(files) - len(alone)} uploaded twice with other contents"
    print(f"{len(files)} files, {len(twice)} of them notified twice, {other} …", flush=True)
    deadline, killed, said = time.monotonic() + PATIENCE, 0, time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        uploads = [pool.submit(_upload, pipeline, file, again=n in twice) for n, file in enumerate(files)]
        while time.monotonic() < deadline and (_running(uploads) or pipeline.depth("QueueUrl")):
            time.sleep(chance.uniform(0.5, 2.0))  # a new process works after half a second
            if killed < kills:
                killed += kill_one(pipeline.cloud.pid, chance)
            if time.monotonic() - said > 5:
                said = time.monotonic()
                print(f"  {pipeline.depth('QueueUrl')} in the queue, {killed} killed", flush=True)
        for upload in uploads:
            upload.result()
    return killed


def _upload(pipeline: Pipeline, samples: Sequence[Sample], *, again: bool) -> None:
    for number, sample in enumerate(samples):
        # S3 tells when it was uploaded in whole seconds.
        time.sleep(1.1 if number else 0)
        pipeline.upload(sample)
    if again:
        pipeline.deliver_again(samples[-1])


def _running(uploads: Sequence[Future[None]]) -> bool:
    return not all(upload.done() for upload in uploads)


def _redrive(pipeline: Pipeline, deadline: float) -> int:
    """Send back what used up its receives, as often as needed; return how many messages that were."""
    moved = 0
    while pipeline.depth("DeadLetterQueueUrl") and time.monotonic() < deadline:
        moved += redrive(pipeline.cloud, pipeline.outputs["DeadLetterQueueUrl"])
        while pipeline.depth("QueueUrl") and time.monotonic() < deadline:
            time.sleep(0.5)
    return moved


def _report(pipeline: Pipeline, files: Sequence[Sample], pairs: Sequence[tuple[Sample, Sample]]) -> int:
    """Count every row in the table and in the results against what was generated."""
    table = Counter(row["id"] for rows in pipeline.rows().values() for row in rows.values())
    alone = uncontradicted(files, pairs)
    latest = [*alone, *(second for _, second in pairs)]
    wanted = Counter(row for file in (*latest, *(first for first, _ in pairs)) for row in _ids(file))
    lost, doubled = (wanted - table).total(), (table - wanted).total()
    wrong = [file.key for file in latest if not _is_told(pipeline, file)]
    mixed = sum(second.key in wrong for _, second in pairs)
    print(f"{wanted.total()} rows in {len(files) + len(pairs)} uploads of {len(files)} files")
    print(f"rows lost: {lost}   rows doubled: {doubled}   results missing or wrong: {len(wrong) - mixed}")
    print(f"mixed, or not of the second upload: {mixed}")
    return 1 if lost or doubled or wrong else 0


def _is_told(pipeline: Pipeline, file: Sample) -> bool:
    """Tell whether result and rejects are those of this upload, which is the last one of its name."""
    result = pipeline.read_json("ResultsBucketName", f"{file.key}.result.json")
    rejects = (pipeline.read("ResultsBucketName", f"{file.key}.rejects.jsonl") or b"").splitlines()
    counts = (result.get("etag"), result.get("loaded"), result.get("rejected"), len(rejects))
    rejected = file.body.count(BAD_ROW.encode())
    return counts == (pipeline.etag(file), len(_ids(file)), rejected, rejected)


if __name__ == "__main__":
    sys.exit(main())
