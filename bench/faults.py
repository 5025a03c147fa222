"""How many rows are lost or doubled when notifications come twice and functions are killed at work.

Files of a few rows go through the deployed file pipeline on the embedded AWS; a tenth of the notifications
is delivered twice, and processes of the function are killed (SIGKILL) at random while they work, and calls
are throttled or not answered. What used up its receives is sent back with `wellmade redrive`. Then every row
is looked for. The target is 0 and 0.

    python -m bench.faults [--files 1000] [--kills 25] [--calls 5] [--seed 1]
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from bench.chaos import PATIENCE, Options, failed_calls, kill_one, options, redrive
from bench.cloud import cloud_for
from demo.pipeline import Pipeline, deploy_pipeline
from demo.samples import PREFIX, Sample
from wellmade.local.activity import Watch
from wellmade.local.deployed import deployed


def main() -> int:
    """Run and print the figures; 1 when a row is lost or doubled."""
    faults = options(__doc__, count=1000, work="files")
    files = [_file(number, faults.chance) for number in range(faults.count)]
    with cloud_for("faults", faults.calls) as cloud:
        print("deploying …", flush=True)
        pipeline, _ = deploy_pipeline(cloud, lambda _line: None)
        send_under_faults(pipeline, files, faults)
        return _report(pipeline, files)


def _file(number: int, chance: random.Random) -> Sample:
    """Return a file of one to six rows; every row has an id that no other row has."""
    rows = [f"{number}-{row},value {row}\n" for row in range(chance.randint(1, 6))]
    return Sample(
        f"file {number}", f"{PREFIX}faults/{number:05}.csv", ("id,value\n" + "".join(rows)).encode()
    )


def _ids(sample: Sample) -> list[str]:
    return [line.partition(",")[0] for line in sample.body.decode().splitlines()[1:]]


def send_under_faults(pipeline: Pipeline, files: Sequence[Sample], faults: Options) -> None:
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


def _work(pipeline: Pipeline, files: Sequence[Sample], chance: random.Random, kills: int) -> int:
    """Upload, and kill until all is uploaded and worked on; return how many were killed."""
    twice = set(chance.sample(range(len(files)), len(files) // 10))
    print(f"{len(files)} files, {len(twice)} of them notified twice …", flush=True)
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


def _upload(pipeline: Pipeline, sample: Sample, *, again: bool) -> None:
    pipeline.upload(sample)
    if again:
        pipeline.deliver_again(sample)


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


def _report(pipeline: Pipeline, files: Sequence[Sample]) -> int:
    """Count every row in the table and in the results against what was generated."""
    table = Counter(row["id"] for rows in pipeline.rows().values() for row in rows.values())
    wanted = Counter(row for file in files for row in _ids(file))
    lost, doubled = (wanted - table).total(), (table - wanted).total()
    results = {
        key: pipeline.read_json("ResultsBucketName", key) for key in pipeline.keys("ResultsBucketName")
    }
    counted = {file.key: results.get(f"{file.key}.result.json", {}).get("loaded") for file in files}
    wrong = [file.key for file in files if counted[file.key] != len(_ids(file))]
    print(f"{wanted.total()} rows in {len(files)} files")
    print(f"rows lost: {lost}   rows doubled: {doubled}   results missing or wrong: {len(wrong)}")
    return 1 if lost or doubled or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
