"""Short versions of `python -m bench.redrive_faults`, and FIFO queues as on AWS."""

import json
import random
from pathlib import Path

import pytest

from bench.redrive_faults import Scene, drive
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

FIFO = pytest.mark.parametrize("suffix", ["", ".fifo"], ids=["standard", "fifo"])


@FIFO
def test_two_operators_and_a_kill_lose_double_and_misroute_nothing(
    cloud: LocalCloud, tmp_path: Path, suffix: str
) -> None:
    scene = Scene(cloud, tmp_path, name=f"killed{len(suffix)}", suffix=suffix)
    found = drive(scene, 40, 1, random.Random(2), rate=20)  # noqa: S311 - repeatable faults
    assert (found.lost, found.doubled, found.astray, found.unnamed) == (0, 0, 0, 0)


def test_a_fifo_message_is_known_by_its_id_in_a_dead_letter_queue(cloud: LocalCloud, tmp_path: Path) -> None:
    """So two messages with one deduplication id are both kept, and go back within five minutes."""
    scene = Scene(cloud, tmp_path, name="renamed", suffix=".fifo")
    scene.fail(scene.source, ["a1"])
    found = scene.sqs.receive_message(
        QueueUrl=scene.dead, MessageSystemAttributeNames=["All"], VisibilityTimeout=0
    )["Messages"][0]
    assert found["Attributes"]["MessageDeduplicationId"] == found["MessageId"]
    assert found["Attributes"]["MessageGroupId"] == "group 0"
    document = json.loads(scene.operator().communicate(timeout=60)[0])
    assert (document["moved"], document["failed"]) == (1, {})
    assert scene.bodies(scene.source) == {"a1": 1}


def test_native_fails_at_a_message_without_a_source(cloud: LocalCloud, tmp_path: Path) -> None:
    scene = Scene(cloud, tmp_path, name="native")
    scene.fail(scene.source, ["a1"])
    scene.put(scene.dead, ["somebody's"])
    run = scene.operator("--native")
    document = json.loads(run.communicate(timeout=60)[0])
    assert (document["status"], document["moved"]) == ("FAILED", 1)
    assert document["reason"] == "CouldNotDetermineMessageSource"
    assert run.returncode == 1
    assert scene.bodies(scene.dead) == {"somebody's": 1}


def test_a_queue_that_is_deleted_in_the_middle_ends_the_run_in_one_line(
    cloud: LocalCloud, tmp_path: Path
) -> None:
    scene = Scene(cloud, tmp_path, name="deleted")
    scene.fail(scene.source, [f"order {number}" for number in range(40)])
    run = scene.operator("--rate", "10")
    while (
        len(scene.sqs.receive_message(QueueUrl=scene.source, VisibilityTimeout=900).get("Messages", ())) < 1
    ):
        assert run.poll() is None
    scene.sqs.delete_queue(QueueUrl=scene.dead)
    document = json.loads(run.communicate(timeout=60)[0])
    assert run.returncode == 1
    assert "NonExistentQueue" in document["fault"]
    assert document["remaining"] is None


def test_hostile_bodies_come_through_unaltered(cloud: LocalCloud, tmp_path: Path) -> None:
    scene = Scene(cloud, tmp_path, name="hostile")
    bodies = [
        "[" * 50_000,
        '{"requestContext": []}',
        "\u202e[bold]x[/bold]\ttab",
        "é" * 100_000,
        "1e999",
        "{}",
    ]
    scene.fail(scene.source, bodies)
    document = json.loads(scene.operator().communicate(timeout=60)[0])
    assert document["moved"] == len(bodies)
    assert scene.bodies(scene.source) == dict.fromkeys(bodies, 1)
