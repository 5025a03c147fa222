"""What the demo's audit lets pass and what it does not."""

from typing import Any

import pytest

from demo.audit import audit
from demo.samples import Sample

SAMPLE = Sample("", "incoming/a.csv", b"id\n1\n")


class OneFile:
    """A pipeline that one file went through well, delivered and worked on so many times."""

    def __init__(self, delivered: int, worked: int) -> None:
        self._delivered, self._worked = delivered, worked

    def identity(self, sample: Sample) -> str:
        """Return what its rows are known by."""
        return sample.key

    def rows(self) -> dict[str, dict[int, dict[str, str]]]:
        """Return its row."""
        return {SAMPLE.key: {2: {"id": "1"}}}

    def keys(self, bucket: str) -> set[str]:
        """Return what lies in a bucket."""
        names = (".result.json", ".rejects.jsonl") if bucket == "ResultsBucketName" else ()
        return {SAMPLE.key + name for name in names}

    def read(self, bucket: str, key: str) -> bytes | None:  # noqa: ARG002 - nothing was rejected
        """Return no rejects."""
        return b""

    def read_json(self, bucket: str, key: str) -> dict[str, Any]:  # noqa: ARG002 - of the one file
        """Return the result."""
        return {"rows": 1, "loaded": 1, "rejected": 0}

    def deliveries(self) -> dict[str, int]:
        """Return how often it came."""
        return {SAMPLE.key: self._delivered}

    def times_worked_on(self) -> dict[str, int]:
        """Return how often it was worked on."""
        return {SAMPLE.key: self._worked}

    def depth(self, output: str) -> int:  # noqa: ARG002 - both queues are empty
        """Return how many messages are left."""
        return 0


@pytest.mark.parametrize("delivered", [1, 2])
def test_a_queue_may_deliver_more_often(delivered: int) -> None:
    assert audit(OneFile(delivered, 1), [SAMPLE], None)[1] == []  # type: ignore[arg-type]  # stands in for it


@pytest.mark.parametrize(("delivered", "worked"), [(0, 0), (0, 1), (2, 2), (1, 0)])
def test_a_file_is_delivered_and_worked_on_once(delivered: int, worked: int) -> None:
    (problem,) = audit(OneFile(delivered, worked), [SAMPLE], None)[1]  # type: ignore[arg-type]  # stands in for it
    assert f"delivered {delivered} times and loaded {worked} times" in problem
