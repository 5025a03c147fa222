"""The reference stack, driven with real files; what comes out is counted against the files."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from demo.audit import audit
from demo.follow import Follower
from demo.pipeline import Pipeline
from demo.samples import PREFIX, Sample, samples
from tests.local.apps.pipeline import ROOT, deploy_pipeline
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

REAL_FILES = ROOT.parent / "shared" / "data" / "csv"


def real_files() -> Sequence[Path]:
    return sorted(REAL_FILES.glob("*.csv")) if REAL_FILES.is_dir() else []


@pytest.fixture(scope="module")
def pipeline(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    return deploy_pipeline(cloud, tmp_path_factory.mktemp("cdk.out"), "files")


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
    eventually(lambda: all(status.done for status in follower.look()), seconds=60)
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
