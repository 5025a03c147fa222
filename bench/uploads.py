"""How many uploads are lost or doubled, interrupted ones and large ones among them, and their memory.

Senders put files into the bucket of the deployed stack by the URLs of its portal. A tenth of them breaks off
in the middle and goes on later, and asks for the end twice; a tenth has over 100 MB, comes in parts and is
read by a task of the workflow. Each file is deleted once it has its receipt. Then every receipt is compared
with what was sent. The target is 0 lost and 0 doubled, and as much memory at the end as at the beginning.

    python -m bench.uploads [--count 1000] [--seed 1]
"""

import argparse
import hashlib
import http.client
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aws_cdk as cdk

from bench.cloud import ROOT, cloud_for
from bench.function_memory import Memory, watching
from stacks.settings import Settings
from stacks.uploads import AUDIENCE, ISSUER, UploadsStack
from tests.local.token_issuer import Issuer, issuing
from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud

MIB = 1024 * 1024
SENDERS, LARGE_SENDERS = 4, 1
"""At the same time; large ones one after the other, since the embedded AWS keeps files in memory."""
PATIENCE = 120
"""Seconds for one receipt."""
GROWTH = 1.25
"""Most that the peak of the last quarter may be above that of the second."""


@dataclass(frozen=True)
class Upload:
    """One file, of which every byte is told by its number and its place."""

    number: int
    size: int
    breaks_off: bool

    @property
    def body(self) -> dict[str, Any]:
        """What the portal is told."""
        return {"size": self.size, "content_type": "text/csv"}

    def bytes_of(self, start: int, size: int) -> bytes:
        """Return a piece of the file."""
        block = hashlib.sha512(str(self.number).encode()).digest() * (MIB // 64)
        first = start % MIB
        return (block * ((first + size) // MIB + 1))[first : first + size]

    def sha256(self) -> str:
        """Return what its receipt must tell."""
        digest = hashlib.sha256()
        for start in range(0, self.size, MIB):
            digest.update(self.bytes_of(start, min(MIB, self.size - start)))
        return digest.hexdigest()


@dataclass(frozen=True)
class Sender:
    """Somebody who uploads."""

    cloud: LocalCloud
    outputs: Mapping[str, str]
    issuer: Issuer

    def send(self, upload: Upload) -> bool:
        """Upload a file, wait for its receipt and delete it; tell whether the receipt is right."""
        if upload.breaks_off:
            self._put(upload, self._begin(upload), breaks_off=True)
        self._put(upload, self._begin(upload))
        key = ""
        for _ in range(2 if upload.breaks_off else 1):
            key = str(self._ask("POST", upload, "/completion").get("key"))
        found = self._receipt(key)
        self._delete(key)
        return found == {"bytes": str(upload.size), "sha256": upload.sha256()}

    def _begin(self, upload: Upload) -> dict[str, Any]:
        return self._ask("PUT", upload)

    def _put(self, upload: Upload, place: Mapping[str, Any], *, breaks_off: bool = False) -> None:
        """Send what is not there yet; or a part of it, and the next one half."""
        if "url" in place:
            _put(place["url"], upload.bytes_of(0, upload.size), place["headers"], breaks_off=breaks_off)
            return
        parts: Sequence[Mapping[str, Any]] = place.get("parts", ())
        for index, part in enumerate(parts):
            start = (part["number"] - 1) * place["part_size"]
            breaks_here = breaks_off and index == len(parts) // 2
            _put(part["url"], upload.bytes_of(start, part["size"]), {}, breaks_off=breaks_here)
            if breaks_here:
                return

    def _ask(self, method: str, upload: Upload, end: str = "") -> dict[str, Any]:
        """Ask the portal until it answers, as a program does."""
        path = f"/_aws/execute-api/{self.outputs['PortalApiId']}/$default/uploads/file-{upload.number}{end}"
        token = self.issuer.token(aud=AUDIENCE, sub="bench")
        headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
        answer: dict[str, Any] = {}
        for _ in range(20):
            with closing(http.client.HTTPConnection(urlsplit(self.cloud.endpoint).netloc, timeout=60)) as to:
                to.request(method, path, json.dumps(upload.body), headers)
                response = to.getresponse()
                answer = json.loads(response.read() or b"{}")
                if response.status == 200:
                    return answer
            time.sleep(0.5)
        return answer

    def _receipt(self, key: str) -> Mapping[str, str] | None:
        deadline = time.monotonic() + PATIENCE
        table, wanted = self.outputs["TableName"], {"pk": {"S": key}, "sk": {"N": "0"}}
        while time.monotonic() < deadline:
            found = self.cloud.client("dynamodb").get_item(TableName=table, Key=wanted).get("Item")
            if found:
                return {"bytes": found["bytes"]["N"], "sha256": found["sha256"]["S"]}
            time.sleep(0.3)
        return None

    def _delete(self, key: str) -> None:
        bucket = self.outputs["InboxBucketName"]
        for version in versions(self.cloud, bucket, key):
            self.cloud.client("s3").delete_object(Bucket=bucket, Key=key, VersionId=version["VersionId"])


def _put(url: str, body: bytes, headers: Mapping[str, str], *, breaks_off: bool = False) -> None:
    place = urlsplit(url)
    with closing(http.client.HTTPConnection(place.netloc, timeout=120)) as to:
        if breaks_off:
            to.putrequest("PUT", f"{place.path}?{place.query}")
            for name, value in {**headers, "content-length": str(len(body))}.items():
                to.putheader(name, value)
            to.endheaders()
            to.send(body[: len(body) // 2])
            return
        to.request("PUT", f"{place.path}?{place.query}", body, dict(headers))
        to.getresponse().read()


def versions(cloud: LocalCloud, bucket: str, prefix: str = "") -> Iterator[Mapping[str, Any]]:
    """Yield the versions of objects."""
    pages = cloud.client("s3").get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
    yield from (each for page in pages for each in page.get("Versions", ()))


def plan(count: int, chance: random.Random) -> list[Upload]:
    """Return the uploads: every tenth of over 100 MB, every tenth broken off, of either kind."""
    large = [
        int(chance.choice((101, 101, 101, 110, 150, 300)) * MIB + chance.randrange(MIB))
        for _ in range(count // 10)
    ]
    small = [int(10 ** chance.uniform(3, 6.5)) for _ in range(count - len(large))]
    return [Upload(number, size, number % 10 == 0) for number, size in enumerate([*small, *large])]


def main() -> int:
    """Run and print the figures; 1 when an upload is lost or doubled, or memory grows."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=1000, help="uploads; default: 1000")
    parser.add_argument("--seed", type=int, default=1, help="of sizes; default: 1")
    given = parser.parse_args()
    uploads = plan(given.count, random.Random(given.seed))  # noqa: S311 - repeatable sizes
    with cloud_for("uploads") as cloud, issuing() as issuer:
        print("deploying …", flush=True)
        sender = Sender(cloud, _deploy(cloud, issuer), issuer)
        with watching(cloud) as memory:
            right = _send_all(sender, uploads)
        return _report(sender, uploads, right, memory)


def _deploy(cloud: LocalCloud, issuer: Issuer) -> Mapping[str, str]:
    """Deploy the stack with the issuer of this run."""
    with tempfile.TemporaryDirectory() as out:
        context = json.loads((ROOT / "cdk.json").read_text())["context"] | {"environment": "local"}
        app = cdk.App(context=context, outdir=out, analytics_reporting=False)
        UploadsStack(app, "uploads", settings=Settings.from_context(app.node))
        app.synth()
        file = Path(out) / "uploads.template.json"
        file.write_text(file.read_text().replace(ISSUER, issuer.url))
        return deploy_assembly(cloud, Path(out), ["uploads"]).outputs["uploads"]


def _send_all(sender: Sender, uploads: Sequence[Upload]) -> int:
    large = [each for each in uploads if each.size > 100 * MIB]
    small = [each for each in uploads if each.size <= 100 * MIB]
    right, begun = 0, time.monotonic()
    with ThreadPoolExecutor(SENDERS) as pool, ThreadPoolExecutor(LARGE_SENDERS) as one:
        found = [*pool.map(sender.send, small), *one.map(sender.send, large)]
        right = sum(found)
    print(
        f"{len(small)} files and {len(large)} of over 100 MB in {time.monotonic() - begun:.0f} s", flush=True
    )
    return right


def _report(sender: Sender, uploads: Sequence[Upload], right: int, memory: Memory) -> int:
    cloud, outputs = sender.cloud, sender.outputs
    receipts = Counter(each["Key"] for each in versions(cloud, outputs["ResultsBucketName"]))
    doubled = sum(count - 1 for count in receipts.values())
    lost = len(uploads) - right
    broken = sum(each.breaks_off for each in uploads)
    print(f"{len(uploads)} uploads, {broken} of them broken off and gone on, {len(receipts)} receipts")
    print(f"lost: {lost}   doubled: {doubled}")
    grown = []
    for name in sorted(memory.seen):
        peaks = memory.peaks(name)
        print(f"{name}: {' '.join(f'{peak / MIB:.0f}' for peak in peaks)} MiB, by quarters of its time")
        grown += [name] if peaks[-1] > GROWTH * max(peaks[0], peaks[1]) else []
    print(f"memory grew: {', '.join(grown) or 'of none'}")
    return int(bool(lost or doubled or grown))


if __name__ == "__main__":
    sys.exit(main())
