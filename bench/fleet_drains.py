"""How many invoices are lost or doubled when instances are terminated at random, each drained before its end.

Messages wait in a queue of the embedded AWS. An instance is a real worker process, with the program of
`InstanceFleet` that drains it as a process beside it; its metadata service, `systemctl` and `aws` are stood
in for. At random moments the group terminates an instance, or EC2 takes its Spot capacity back, and another
one takes its place. The target is 0 and 0.

    python -m bench.fleet_drains [--messages 500] [--terminations 25] [--seed 1]
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

from bench.chaos import PATIENCE, depth
from bench.cloud import ROOT, cloud_for
from bench.worker_kills import account, kept_in, order_of, places_of, send_all
from wellmade.local.server import LocalCloud

INSTANCES = 3
DRAIN = ROOT / "constructs" / "wellmade" / "compute" / "fleet" / "drain.py"
End = Literal["hook", "spot"]
_SYSTEMCTL = """#!/bin/sh
echo "$@" > asked
kill -TERM "$(cat pid)"
while [ ! -e code ]; do sleep 0.05; done
"""
_AWS = '#!/bin/sh\necho "$@" > completed\n'
_RUN = '"$PYTHON" -m invoice_worker > /dev/null & echo $! > pid; wait $!; echo $? > new; mv new code'


_ENDED = {"0", "143"}
"""By itself; by the signal, where it came before the worker listened and so before it took anything."""


@dataclass
class Outcome:
    """What came of it."""

    lost: int
    doubled: int
    dead: int
    """Messages in the dead-letter queue."""
    terminations: int
    finished: int
    """Workers that had ended when their hook was completed; none was killed."""


class Metadata(BaseHTTPRequestHandler):
    """The metadata service of one instance, version 2 alone."""

    def do_PUT(self) -> None:
        """Give a token."""
        self._answer(200, "token")

    def do_GET(self) -> None:
        """Tell the state of the instance to whoever has a token."""
        end: set[End] = self.server.end  # type: ignore[attr-defined] # set where the server is made
        if self.headers.get("X-aws-ec2-metadata-token") != "token":
            self._answer(401, "")
        elif self.path.endswith("autoscaling/target-lifecycle-state"):
            self._answer(200, "Terminated" if "hook" in end else "InService")
        else:
            self._answer(*((200, '{"action": "terminate"}') if "spot" in end else (404, "")))

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())


@dataclass
class Instance:
    """A worker with what drains it, in a folder of its own."""

    folder: Path
    variables: dict[str, str]
    end: set[End] = field(default_factory=set)

    def start(self) -> None:
        """Start its metadata service, the worker and what drains it."""
        programs = self.folder / "bin"
        programs.mkdir(parents=True)
        for name, text in (("systemctl", _SYSTEMCTL), ("aws", _AWS)):
            (programs / name).write_text(text)
            (programs / name).chmod(0o755)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Metadata)
        self.server.end = self.end  # type: ignore[attr-defined] # read by its handler
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        told = {**self.variables, "PYTHON": sys.executable}
        self.worker = subprocess.Popen(["sh", "-c", _RUN], cwd=self.folder, env=told)
        draining = {
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "METADATA_ENDPOINT": f"http://127.0.0.1:{self.server.server_port}",
            "POLL_SECONDS": "0.1",
        }
        command = [sys.executable, str(DRAIN), "group", "drain", "us-east-1", self.folder.name]
        self.drain = subprocess.Popen(command, cwd=self.folder, env=draining)

    def terminate(self, how: End) -> bool:
        """Begin its end, wait until the hook is completed, and tell whether the worker had ended by then."""
        self.end.add(how)
        self.drain.wait(PATIENCE)
        is_completed = self.folder.name in (self.folder / "completed").read_text()
        code = self.folder / "code"
        finished = is_completed and code.exists() and code.read_text().strip() in _ENDED
        self.stop()
        return finished

    def stop(self) -> None:
        """End what is left of it."""
        for each in (self.drain, self.worker):
            each.kill() if each.poll() is None else None
            each.wait(30)
        self.server.shutdown()
        self.server.server_close()


def drain_at_work(cloud: LocalCloud, messages: int, terminations: int, seed: int) -> Outcome:
    """Send messages, run instances, terminate them at random, and account for every message."""
    chance = random.Random(seed)  # noqa: S311 - repeatable faults, no secrets
    url, dead_letters, table = places_of(cloud, f"drains-{seed}")
    orders = [order_of(number, chance) for number in range(messages)]
    send_all(cloud, url, orders)
    told = {"QUEUE_URL": url, "TABLE_NAME": table, "POLL_SECONDS": "1", "VISIBILITY_TIMEOUT_SECONDS": "3"}
    variables = {**cloud.environment(), "PYTHONPATH": str(ROOT / "container_src"), **told}
    done = finished = 0
    deadline = time.monotonic() + PATIENCE
    with tempfile.TemporaryDirectory() as folder:
        running = [Instance(Path(folder) / f"i-{number}", variables) for number in range(INSTANCES)]
        try:
            for each in running:
                each.start()
            while (done < terminations or depth(cloud, url)) and time.monotonic() < deadline:
                time.sleep(chance.uniform(0.1, 0.6))
                if done < terminations:
                    number = chance.randrange(INSTANCES)
                    finished += running[number].terminate(chance.choice(["hook", "spot"]))
                    done += 1
                    running[number] = Instance(Path(folder) / f"i-{INSTANCES + done}", variables)
                    running[number].start()
        finally:
            for each in running:
                each.terminate("hook")
    lost, doubled = account(kept_in(cloud, table), orders)
    return Outcome(lost, doubled, depth(cloud, dead_letters), done, finished)


def main() -> int:
    """Run it on an embedded AWS of its own, and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=500)
    parser.add_argument("--terminations", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with cloud_for("fleet-drains") as cloud:
        outcome = drain_at_work(cloud, options.messages, options.terminations, options.seed)
    print(outcome)
    return int(bool(outcome.lost or outcome.doubled or outcome.finished < outcome.terminations))


if __name__ == "__main__":
    sys.exit(main())
