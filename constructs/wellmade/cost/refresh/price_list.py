"""One price list of AWS: fetched by its version, checked to be whole, and read line by line.

The list of EC2 has hundreds of megabytes, so nothing here holds more than a line of it.
Source: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/bulk-api-reading-price-list-files.html
"""

import csv
import hashlib
import http.client
import json
import re
import shutil
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

AWS = "https://pricing.us-east-1.amazonaws.com"
_SECONDS = 60
_METADATA = 5
"""Lines of a CSV before its column names."""


class PriceListError(Exception):
    """A price list that cannot be had whole; the message says which and why."""


@dataclass(frozen=True)
class Line:
    """One price of a list."""

    usage: str
    operation: str
    start: float
    usd: float


@dataclass(frozen=True)
class PriceList:
    """One version of what a service costs in a region."""

    path: str
    """Where it is on the server; its version is a part of that."""
    sha256: str
    published: str
    """The day."""
    file: Path

    def lines(self) -> Iterator[Line]:
        """Yield every price on demand in US dollars.

        Raises:
            PriceListError: If a line is no price.
        """
        try:
            with self.file.open(newline="", encoding="utf-8") as text:
                for _ in range(_METADATA):
                    text.readline()
                for row in csv.DictReader(text):
                    if None in row.values() or None in row:
                        raise PriceListError(f"{self.path} ends within a line, or is no price list")
                    if row.get("TermType") == "OnDemand" and row.get("Currency") == "USD":
                        yield _line(row, self.path)
        except (UnicodeDecodeError, csv.Error) as error:
            raise PriceListError(f"{self.path} is no price list: {error}") from error


def regions_of(server: str, code: str) -> Mapping[str, str]:
    """Return the paths of a service's current lists by region.

    Raises:
        PriceListError: If the index cannot be had.
    """
    path = f"/offers/v1.0/aws/{code}/current/region_index.json"
    with tempfile.TemporaryFile() as file:
        _fetch(server, path, file)
        file.seek(0)
        try:
            found = json.load(file)["regions"]
            return {region: _path(one["currentVersionUrl"]) for region, one in found.items()}
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise PriceListError(f"{path} is no index of regions: {error}") from error


def _path(value: object) -> str:
    if not isinstance(value, str) or not value.startswith("/"):
        raise TypeError(f"{value!r} is no path")
    return value


def fetch(server: str, path: str, folder: Path) -> PriceList:
    """Fetch one version of a list.

    Args:
        server: Where price lists are.
        path: As an index of regions names it; the CSV beside the JSON is taken.
        folder: Where it may lie for a while.

    Raises:
        PriceListError: If it is not whole, or another list than the path says.
    """
    path = re.sub(r"\.json$", ".csv", path)
    file = folder / hashlib.sha256(path.encode()).hexdigest()
    with file.open("w+b") as content:
        _fetch(server, path, content)
        content.seek(0)
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    metadata = _metadata(file, path)
    for key, where in (("OfferCode", 4), ("Version", 5)):
        expected = path.split("/")[where] if len(path.split("/")) > where else ""
        if metadata.get(key) != expected:
            raise PriceListError(f"{path} must have {key} {expected}, got {metadata.get(key)}")
    return PriceList(path, digest, metadata.get("Publication Date", "")[:10], file)


def _metadata(file: Path, path: str) -> dict[str, str]:
    try:
        with file.open(newline="", encoding="utf-8") as text:
            rows = [row for row, _ in zip(csv.reader(text), range(_METADATA), strict=False)]
        return {row[0]: row[1] for row in rows}
    except (UnicodeDecodeError, IndexError, csv.Error) as error:
        raise PriceListError(f"{path} is no price list: {error}") from error


def _line(row: Mapping[str, str], path: str) -> Line:
    try:
        start = float(row["StartingRange"] or 0)
        return Line(row["usageType"], row.get("operation") or "", start, float(row["PricePerUnit"]))
    except (KeyError, ValueError, TypeError) as error:
        raise PriceListError(f"{path} has a line that is no price: {error}") from error


def _fetch(server: str, path: str, file: IO[bytes]) -> None:
    """Write what is at a path to a file, and see that all of it came."""
    if urlsplit(server).scheme != "https" and urlsplit(server).hostname not in ("127.0.0.1", "localhost"):
        raise PriceListError(f"--price-lists must begin with https://, got {server}")
    try:
        with urllib.request.urlopen(server + path, timeout=_SECONDS) as answer:  # noqa: S310 - checked above
            shutil.copyfileobj(answer, file)
            expected = answer.headers.get("Content-Length")
    except (OSError, http.client.HTTPException) as error:
        why = f"{error.code} {error.reason}" if isinstance(error, urllib.error.HTTPError) else str(error)
        raise PriceListError(f"{path} cannot be fetched: {why}") from error
    if expected is not None and file.tell() != int(expected):
        raise PriceListError(f"{path} is cut off: {file.tell():,} of {int(expected):,} bytes came")
