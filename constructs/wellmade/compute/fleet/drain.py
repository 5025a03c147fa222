"""Drain this instance before it is terminated: stop the worker, wait for it, then let the group go on.

Runs beside the worker on each instance, on the Python of Amazon Linux 2023, with nothing installed. It asks
the instance's metadata (IMDSv2) whether the group wants to terminate the instance, or EC2 wants its Spot
capacity back, and completes the lifecycle hook when the worker has ended.

    drain.py GROUP HOOK REGION INSTANCE_ID

Sources:
https://docs.aws.amazon.com/autoscaling/ec2/userguide/retrieving-target-lifecycle-state-through-imds.html and
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
"""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

METADATA = os.environ.get("METADATA_ENDPOINT", "http://169.254.169.254")
EVERY = float(os.environ.get("POLL_SECONDS", "5"))
TERMINATED = "Terminated"


def ask(path: str) -> str:
    """Return what the metadata say; nothing where they do not have it, or do not answer."""
    try:
        token = fetch("/latest/api/token", "PUT", {"X-aws-ec2-metadata-token-ttl-seconds": "60"})
        return fetch(f"/latest/meta-data/{path}", "GET", {"X-aws-ec2-metadata-token": token})
    except (urllib.error.URLError, OSError):
        return ""


def fetch(path: str, method: str, headers: dict[str, str]) -> str:
    """Return the body of one answer of the metadata service, which is of this machine."""
    request = urllib.request.Request(METADATA + path, method=method, headers=headers)  # noqa: S310 - as said
    with urllib.request.urlopen(request, timeout=2) as answer:  # noqa: S310 - as above
        return str(answer.read().decode())


def is_ending() -> bool:
    """Tell whether this instance is about to be terminated."""
    return ask("autoscaling/target-lifecycle-state") == TERMINATED or bool(ask("spot/instance-action"))


def complete(group: str, hook: str, region: str, instance: str) -> bool:
    """Let the group terminate the instance now; False where that has to be asked again."""
    command = ["aws", "autoscaling", "complete-lifecycle-action", "--lifecycle-action-result", "CONTINUE"]
    command += ["--auto-scaling-group-name", group, "--lifecycle-hook-name", hook]
    command += ["--region", region, "--instance-id", instance]
    return subprocess.run(command, check=False).returncode == 0  # noqa: S603 - no shell, our own arguments


def main() -> None:
    """Wait for the end, stop the worker with all the time that it takes, and complete the hook."""
    while not is_ending():
        time.sleep(EVERY)
    # Returns when the worker has ended: systemd sends SIGTERM and waits as long as its unit says.
    subprocess.run(["systemctl", "stop", "worker"], check=False)  # noqa: S607 - of the instance
    # Where Spot capacity is taken back there is no hook to complete until the group has noticed.
    while not complete(*sys.argv[1:5]):
        time.sleep(EVERY)


if __name__ == "__main__":
    main()
