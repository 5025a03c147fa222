"""Whatever the producer of clicks accepts, every consumer of the stream can process."""

import base64
import json
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.handlers.histories.memory_tables import answered
from tests.handlers.support import Context, answer, empty, hooked, read, stream_record

NOW = datetime.now(UTC)
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300)
NAMES = st.text(st.sampled_from("aZ9#.-_é \0"), min_size=1, max_size=257) | ANY_TEXT
USERS = st.sampled_from(["ada", "scored#ada", "user#ada", "counted#1", "\ud800", "all"]) | NAMES
MOMENTS = st.one_of(
    st.integers(-400, 400).map(lambda seconds: (NOW + timedelta(seconds=seconds)).isoformat()),
    st.datetimes(min_value=datetime(1900, 1, 1)).map(lambda moment: moment.isoformat() + "Z"),
    st.sampled_from(["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "1970-01-01T00:00:00Z", "today"]),
    ANY_TEXT,
)
EXTRA = st.recursive(
    st.none() | st.floats() | ANY_TEXT | st.integers(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(ANY_TEXT, inner, max_size=2),
    max_leaves=4,
)
CLICKS = st.fixed_dictionaries(
    {"click_id": NAMES, "user": USERS, "page": NAMES, "at": MOMENTS}, optional={"referrer": EXTRA}
)
PLAIN = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=256)
GOOD = st.fixed_dictionaries(
    {
        "click_id": PLAIN,
        "user": PLAIN,
        "page": PLAIN,
        "at": st.integers(-4000, 290).map(lambda seconds: (NOW + timedelta(seconds=seconds)).isoformat()),
    },
    optional={"referrer": PLAIN | st.integers(-(10**37), 10**37)},
)
REQUESTS = st.lists(CLICKS | GOOD, min_size=1, max_size=3) | st.lists(GOOD, min_size=1, max_size=3)


@pytest.fixture(params=["counters", "scores"])
def reader(request: pytest.FixtureRequest) -> ModuleType:
    """Each of the handlers that read clicks."""
    found: ModuleType = request.getfixturevalue(request.param)
    return found


def accepted(clicks: ModuleType, body: str) -> list[dict[str, Any]]:
    """Return the records that an accepted request became; none for one that was refused, whose answer is 4xx."""
    records: list[dict[str, Any]] = []

    def put(*, params: dict[str, Any], **_: Any) -> Any:
        given_ = json.loads(params["body"])["Records"]
        records.extend(given_)
        return answer({"FailedRecordCount": 0, "Records": [{"SequenceNumber": "1"}] * len(given_)})

    with hooked(clicks, "before-call.kinesis.PutRecords", put):
        status = clicks.handler({"body": body}, Context())["statusCode"]
    assert (status == 202) == bool(records)
    assert status == 202 or 400 <= status < 500
    return records


def test_every_accepted_click_is_processed(clicks: ModuleType, reader: ModuleType) -> None:
    count, table = [0], reader.store.table

    @given(REQUESTS)
    def property_(given_: list[dict[str, Any]]) -> None:
        taken = accepted(clicks, json.dumps({"clicks": given_}))
        for record in taken:
            count[0] += 1
            if not count[0] % 100:
                empty(table)
            delivered = stream_record("", record["PartitionKey"])
            delivered["kinesis"] |= {
                "data": record["Data"],
                "approximateArrivalTimestamp": datetime.now(UTC).timestamp(),
            }
            # Each is another click, since those of one property meet in one table.
            assert read(reader, another(delivered, count[0])) == []

    with answered(reader):
        property_()
    assert count[0] > 10


def another(record: dict[str, Any], number: int) -> dict[str, Any]:
    """Return the record with an identity of its own, as long as the one that it had."""
    data = json.loads(base64.b64decode(record["kinesis"]["data"]))
    data["click_id"] = f"{data['click_id']}{number:06}"[-256:]
    record["kinesis"]["data"] = base64.b64encode(json.dumps(data).encode()).decode()
    return record
