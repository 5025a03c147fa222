"""Each price has a source and a date, and three regions have nearly all of them."""

import csv
import re
from pathlib import Path

from wellmade.facts import prices

ROWS = list(csv.DictReader(Path(prices.__file__).with_suffix(".csv").read_text().splitlines()))


def test_each_row_is_whole() -> None:
    for row in ROWS:
        assert float(row["usd"]) > 0, row
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", row["as_of"]), row
        assert row["source"], row


def test_no_price_stands_twice() -> None:
    keys = [(row["name"], row["region"]) for row in ROWS]
    assert len(keys) == len(set(keys))


def test_three_regions() -> None:
    assert prices.regions() == ["eu-central-1", "eu-west-1", "us-east-1"]


def test_an_absent_price_is_none_and_not_nothing() -> None:
    assert prices.quote("sqs_1m_requests_fifo", "eu-central-1") is None
    quote = prices.quote("route_53_hosted_zone_month", "eu-west-1")
    assert quote is not None
    assert quote.usd == 0.5
