"""Prices read anew, from a server on this machine with small lists in the shape that AWS documents."""

import csv
import hashlib
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from wellmade.cli import main
from wellmade.cost.refresh.refresh import _rates
from wellmade.facts.prices import REGION, SHIPPED, quote, read_prices, use

FURTHER = "ap-southeast-2"
PREFIX = {"us-east-1": "", "eu-west-1": "EU-", "eu-central-1": "EUC1-", FURTHER: "APS2-"}
VERSION = "20261120093000"
FIRST = (
    '"FormatVersion","v1.0"\n"Disclaimer","This pricing list is for informational purposes only."\n'
    '"Publication Date","2026-11-20T09:30:00Z"\n"Version","{version}"\n"OfferCode","{code}"\n'
)
COLUMNS = (
    *("SKU", "OfferTermCode", "RateCode", "TermType", "PriceDescription", "EffectiveDate", "StartingRange"),
    *("EndingRange", "Unit", "PricePerUnit", "Currency", "Product Family", "serviceCode", "Location"),
    *("usageType", "operation", "Region Code"),
)


class Lists:
    """All price lists, as a server has them: content by path, and paths whose answer is cut off."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.cut: set[str] = set()
        for code in _rates():
            self.write(code)

    def write(self, code: str, version: str = VERSION, **usd: float) -> None:
        """Publish a version of a service; prices are those shipped unless said."""
        shipped = read_prices(SHIPPED)
        paths = {}
        for region in PREFIX:
            path = f"/offers/v1.0/aws/{code}/{version}/{region}/index"
            rows = [
                _row(
                    region,
                    rate.usage[-1],
                    rate.operation,
                    rate.start,
                    usd.get(rate.name, old.usd) / rate.times,
                )
                for rate in _rates()[code]
                if (old := shipped.get((rate.name, region)) or shipped.get((rate.name, REGION)))
            ]
            text = FIRST.format(version=version, code=code)
            self.files[f"{path}.csv"] = "\n".join([text + _csv(COLUMNS), *map(_csv, rows)]).encode() + b"\n"
            paths[region] = {"regionCode": region, "currentVersionUrl": f"{path}.json"}
        index = {"formatVersion": "v1.0", "publicationDate": "2026-11-20T09:30:00Z", "regions": paths}
        self.files[f"/offers/v1.0/aws/{code}/current/region_index.json"] = json.dumps(index).encode()

    def path(self, code: str, region: str = "us-east-1") -> str:
        """Return where a list is."""
        return f"/offers/v1.0/aws/{code}/{VERSION}/{region}/index.csv"


def _csv(values: tuple[object, ...]) -> str:
    return ",".join(f'"{value}"' for value in values)


def _row(region: str, usage: str, operation: str, start: float, usd: float) -> tuple[object, ...]:
    sku = hashlib.sha256(f"{region}{usage}{operation}".encode()).hexdigest()[:16].upper()
    terms = (sku, "JRTCKXETXF", f"{sku}.JRTCKXETXF.6YS6EN2CT7", "OnDemand", "of the list", "2026-11-01")
    price = (f"{start:.0f}", "Inf", "unit", f"{usd:.10f}", "USD")
    return (*terms, *price, "", "", "", PREFIX[region] + usage, operation, region)


@pytest.fixture
def lists() -> Lists:
    return Lists()


@pytest.fixture
def server(lists: Lists) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = lists.files.get(self.path)
            if content is None:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if self.path in lists.cut else content)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def shipped_prices() -> Iterator[None]:
    yield
    use(None)


def refreshed(server: str, file: Path) -> int:
    return main(["cost", "--refresh", str(file), "--price-lists", server])


def test_every_rate_is_one_of_the_price_file() -> None:
    names = {name for name, _ in read_prices(SHIPPED)}
    assert {rate.name for rates in _rates().values() for rate in rates} <= names


def test_a_changed_price_is_taken_with_its_list_and_day(
    lists: Lists, server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lists.write("AWSLambda", lambda_1m_requests=0.25)
    file = tmp_path / "prices.csv"
    assert refreshed(server, file) == 0
    told = capsys.readouterr()
    assert "lambda_1m_requests in eu-west-1: 0.2 → 0.25\n" in told.out
    assert told.err == ""
    new = read_prices(file)
    assert new.keys() >= read_prices(SHIPPED).keys()
    found = new["lambda_1m_requests", "eu-west-1"]
    assert (found.usd, found.as_of) == (0.25, "2026-11-20")
    assert found.source == f"AWS price list {lists.path('AWSLambda', 'eu-west-1')}"
    use(file)
    now = quote("lambda_1m_requests")
    assert now
    assert now.usd == 0.25


def test_a_rate_that_the_file_lacks_for_a_region_is_added(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = ("eventbridge_1m_custom_events_64_kb", "eu-west-1")
    assert key not in read_prices(SHIPPED)
    file = tmp_path / "prices.csv"
    assert refreshed(server, file) == 0
    new = read_prices(file)
    assert (new[key].usd, new[key].as_of) == (1, "2026-11-20")
    assert f"{len(new) - len(read_prices(SHIPPED))} that it lacked" in capsys.readouterr().out


def test_another_region_is_added_where_it_is_asked_for(server: str, tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    assert main(["cost", "--refresh", str(file), "--price-lists", server, "--region", FURTHER]) == 0
    assert read_prices(file)["lambda_1m_requests", FURTHER].usd == 0.2


def test_a_region_without_lists_is_told(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "prices.csv"
    assert main(["cost", "--refresh", str(file), "--price-lists", server, "--region", "mars-1"]) == 1
    assert "AWSLambda has no list for mars-1" in capsys.readouterr().err


def test_the_versions_that_were_read_are_kept_with_their_hashes(
    lists: Lists, server: str, tmp_path: Path
) -> None:
    assert refreshed(server, tmp_path / "prices.csv") == 0
    lock = json.loads((tmp_path / "prices.csv.lock.json").read_text())
    path = lists.path("AWSELB")
    assert lock[path] == hashlib.sha256(lists.files[path]).hexdigest()


def test_what_no_list_is_known_for_stays_and_is_counted(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "prices.csv"
    assert refreshed(server, file) == 0
    known = {rate.name for rates in _rates().values() for rate in rates}
    shipped, new = read_prices(SHIPPED), read_prices(file)
    unknown = [key for key in shipped if key[0] not in known]
    assert {key: new[key] for key in unknown} == {key: shipped[key] for key in unknown}
    assert f"{len(unknown)} are of no known list and stay as they were" in capsys.readouterr().out


def _as_before(file: Path, code: str, region: str = "us-east-1") -> bool:
    names = {rate.name for rate in _rates()[code]}
    shipped, new = read_prices(SHIPPED), read_prices(file)
    before = {key: old for key, old in shipped.items() if key[0] in names and key[1] == region}
    return {key: found for key, found in new.items() if key[0] in names and key[1] == region} == before


def test_a_list_that_is_cut_off_changes_nothing(
    lists: Lists, server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = lists.path("AWSLambda")
    lists.cut.add(path)
    assert refreshed(server, tmp_path / "prices.csv") == 1
    whole = len(lists.files[path])
    assert f"wellmade: {path} is cut off: {whole // 2:,} of {whole:,} bytes came\n" == capsys.readouterr().err
    assert _as_before(tmp_path / "prices.csv", "AWSLambda")


def test_a_list_that_ends_within_a_line_changes_nothing(
    lists: Lists, server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = lists.path("AWSLambda")
    lists.files[path] = lists.files[path][:-60]
    assert refreshed(server, tmp_path / "prices.csv") == 1
    assert f"{path} ends within a line, or is no price list" in capsys.readouterr().err
    assert _as_before(tmp_path / "prices.csv", "AWSLambda")


@pytest.mark.parametrize("damage", [b'"\xff\xfe"\n', b'"' + b"x" * 200_000 + b'"\n'], ids=["bytes", "field"])
def test_a_list_that_is_damaged_within_changes_nothing(
    lists: Lists, server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], damage: bytes
) -> None:
    path = lists.path("AWSLambda")
    lists.files[path] += damage
    assert refreshed(server, tmp_path / "prices.csv") == 1
    assert f"wellmade: {path} is no price list: " in capsys.readouterr().err
    assert _as_before(tmp_path / "prices.csv", "AWSLambda")


@pytest.mark.parametrize("url", [None, 7, "https://elsewhere.example/list"])
def test_an_index_that_leads_elsewhere_is_not_followed(
    lists: Lists, server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], url: object
) -> None:
    index = {"regions": {"us-east-1": {"currentVersionUrl": url}}}
    lists.files["/offers/v1.0/aws/AWSLambda/current/region_index.json"] = json.dumps(index).encode()
    assert refreshed(server, tmp_path / "prices.csv") == 1
    assert "region_index.json is no index of regions: " in capsys.readouterr().err


def test_a_list_of_a_million_lines_is_looked_through_by_usage_type(lists: Lists) -> None:
    rates = _rates()["AmazonEC2"]
    assert {rate.usage for rate in rates} >= {("BoxUsage:c7g.large",), ("BoxUsage:t3.micro",)}
    assert lists.files[lists.path("AmazonEC2", "eu-west-1")].count(b"EU-BoxUsage") > 100


def test_another_content_under_the_same_version_is_not_taken(
    lists: Lists, server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, path = tmp_path / "prices.csv", lists.path("AWSLambda")
    assert refreshed(server, file) == 0
    before = file.read_text()
    lists.write("AWSLambda", lambda_1m_requests=0.3)
    capsys.readouterr()
    assert refreshed(server, file) == 1
    assert f"{path} must have the hash " in capsys.readouterr().err
    assert file.read_text() == before


def test_a_new_version_is_taken(lists: Lists, server: str, tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    assert refreshed(server, file) == 0
    lists.write("AWSLambda", "20261121093000", lambda_1m_requests=0.3)
    assert refreshed(server, file) == 0
    assert read_prices(file)["lambda_1m_requests", "us-east-1"].usd == 0.3


def test_a_list_of_another_service_is_not_taken(
    lists: Lists, server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = lists.path("AWSLambda")
    lists.files[path] = lists.files[lists.path("AWSELB")]
    assert refreshed(server, tmp_path / "prices.csv") == 1
    assert capsys.readouterr().err == f"wellmade: {path} must have OfferCode AWSLambda, got AWSELB\n"


def test_a_rate_that_is_gone_stays_and_is_told(
    lists: Lists, server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = lists.path("AWSLambda")
    lists.files[path] = lists.files[path].replace(b'"Request"', b'"Requested"')
    assert refreshed(server, tmp_path / "prices.csv") == 1
    assert capsys.readouterr().err == (
        f"wellmade: lambda_1m_requests in us-east-1: Request is not listed ({path}); it stays as it was\n"
    )
    assert read_prices(tmp_path / "prices.csv")["lambda_1m_requests", "us-east-1"].usd == 0.2


def test_a_price_that_jumps_is_told_and_not_taken(
    lists: Lists, server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lists.write("awskms", kms_key_month=100)
    assert refreshed(server, tmp_path / "prices.csv") == 1
    assert (
        "kms_key_month in us-east-1: 1 became 100, more than 2 times as much or as little"
        in capsys.readouterr().err
    )
    assert _as_before(tmp_path / "prices.csv", "awskms") is False  # its other rate was read
    assert read_prices(tmp_path / "prices.csv")["kms_key_month", "us-east-1"].usd == 1


def test_without_a_network_nothing_is_lost(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "prices.csv"
    assert refreshed("http://127.0.0.1:9", file) == 1
    told = capsys.readouterr()
    assert len(told.err.splitlines()) == len(_rates())
    assert "region_index.json cannot be fetched: " in told.err
    assert "prices.csv: 0 prices read" in told.out
    with SHIPPED.open() as old, file.open() as new:
        shipped = [{**row, "usd": float(row["usd"])} for row in csv.DictReader(old)]
        assert [{**row, "usd": float(row["usd"])} for row in csv.DictReader(new)] == shipped


def test_prices_are_read_over_https_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert refreshed("http://prices.example", tmp_path / "prices.csv") == 1
    assert "--price-lists must begin with https://, got http://prices.example" in capsys.readouterr().err


def test_templates_are_priced_by_a_file_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)  # away from this repository's own load
    template, file = tmp_path / "app.template.json", tmp_path / "prices.csv"
    template.write_text(json.dumps({"Resources": {"Key": {"Type": "AWS::KMS::Key"}}}))
    text = SHIPPED.read_text().replace(
        'kms_key_month,"KMS, key-month",us-east-1,1,', "kms_key_month,key,us-east-1,7,"
    )
    file.write_text(text)
    code = main(["cost", str(template), "--prices", str(file), "--format", "json"])
    told = capsys.readouterr()
    assert (code, told.err) == (0, "")
    assert json.loads(told.out)["loads"]["stated"]["total"] == 7


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "name,unit\nx,y\n",
            "must have the columns name, unit, region, usd, as_of, source, also, got no 'usd'",
        ),
        (
            "name,unit,region,usd,as_of,source,also\nx,y,us-east-1,much,,,\n",
            "prices.csv:2: usd must be a number, got much",
        ),
        *(
            (
                f"name,unit,region,usd,as_of,source,also\nx,y,us-east-1,{usd},,,\n",
                f"prices.csv:2: usd must be a number from 0, got {usd}",
            )
            for usd in ("nan", "inf", "-1")
        ),
    ],
)
def test_what_is_no_price_file_is_refused(
    text: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "prices.csv"
    file.write_text(text)
    assert main(["cost", "cdk.out", "--prices", str(file)]) == 2
    assert message in capsys.readouterr().err
