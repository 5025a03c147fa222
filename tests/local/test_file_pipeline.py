"""The reference stack, driven with real files; what comes out is counted against the files."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from aws_cdk import Duration

from bench.cloud import ROOT
from demo.audit import audit
from demo.follow import Follower
from demo.pipeline import Pipeline
from demo.samples import PREFIX, Sample, samples
from tests.local.apps.pipeline import deploy_pipeline
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

REAL_FILES = ROOT.parent / "shared" / "data" / "csv"


def real_files() -> Sequence[Path]:
    return sorted(REAL_FILES.glob("*.csv")) if REAL_FILES.is_dir() else []


@pytest.fixture(scope="module")
def pipeline(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    out = tmp_path_factory.mktemp("cdk.out")
    # Thousands of rows, on a machine that may be busy: a batch that ran out of time would come again.
    return deploy_pipeline(cloud, out, "files", timeout=Duration.seconds(60))


@pytest.fixture(scope="module")
def files() -> Sequence[Sample]:
    """The demo's files but the locked one, whose three attempts take long; and other people's files."""
    real = [Sample(path.name, PREFIX + path.name, path.read_bytes()) for path in real_files()]
    return [sample for sample in samples() if not sample.customer_key] + real


@pytest.fixture(scope="module")
def driven(pipeline: Pipeline, files: Sequence[Sample], eventually: Callable[..., None]) -> Pipeline:
    """The pipeline after every file came to its end."""
    follower = Follower(pipeline, files)
    for sample in files:
        pipeline.upload(sample)

    def under_way() -> Sequence[str]:
        return [f"{status.label}: {status.text}" for status in follower.look() if not status.done]

    eventually(lambda: not under_way(), otherwise=under_way)
    return pipeline


def test_every_file_is_accounted_for(driven: Pipeline, files: Sequence[Sample]) -> None:
    findings, problems = audit(driven, files, None)
    assert [finding.sample for finding in findings] == list(files)
    assert problems == []


@pytest.mark.skipif(not real_files(), reason=f"no files of other people in {REAL_FILES}")
def test_files_of_other_people_are_loaded_line_by_line(driven: Pipeline, files: Sequence[Sample]) -> None:
    rows = driven.rows()
    for path in real_files():
        sample = next(sample for sample in files if sample.label == path.name)
        with path.open(newline="", encoding="utf-8") as text:
            records = sum(1 for record in csv.reader(text) if record) - 1
        assert records > 0
        assert len(rows[driven.identity(sample)]) == records


def test_the_audit_notices_what_is_missing_wrong_or_too_much(
    driven: Pipeline, files: Sequence[Sample]
) -> None:
    """The last test of this module: it damages what the others looked at."""
    table = driven.outputs["TableName"]
    good = next(sample for sample in files if sample.label == "good CSV")
    shard = f"{driven.identity(good)}#2"  # line 2 is the first row
    driven.cloud.client("dynamodb").delete_item(TableName=table, Key={"pk": {"S": shard}, "sk": {"N": "2"}})
    row = {"pk": {"S": "nobody#1"}, "sk": {"N": "1"}, "id": {"S": "1"}}
    driven.cloud.client("dynamodb").put_item(TableName=table, Item=row)
    results = driven.outputs["ResultsBucketName"]
    driven.cloud.client("s3").put_object(Bucket=results, Key="incoming/nobody.csv.result.json", Body=b"{}")
    _, problems = audit(driven, files, None)
    assert problems == [
        f"good CSV ({good.key}): rows of lines [2] in the table are not those of the file",
        "the table has rows of an unknown file nobody",
        "incoming/nobody.csv.result.json is too much in results",
    ]
