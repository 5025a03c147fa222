"""What an instance does when it starts: Docker, the program as a unit of systemd, and what drains it."""

from dataclasses import dataclass
from pathlib import Path

from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from constructs import IConstruct

from wellmade.kit.lookups import seconds, stack_of

_DRAIN = Path(__file__).parent / "drain.py"
_WORKER = """[Unit]
After=docker.service
Requires=docker.service
[Service]
Restart=always
RestartSec=5
TimeoutStopSec={limit}
ExecStartPre=-/usr/bin/docker rm --force worker
ExecStart=/usr/bin/docker run --name worker --network host --user 1000:1000 --read-only --tmpfs /tmp \\
  --cap-drop ALL --security-opt no-new-privileges --env-file /etc/worker/environment \\
  --log-driver awslogs --log-opt awslogs-region={region} --log-opt awslogs-group={log_group} \\
  --log-opt mode=non-blocking {image}
ExecStop=/usr/bin/docker stop --time {seconds} worker
[Install]
WantedBy=multi-user.target
"""
_DRAINER = """[Unit]
After=network-online.target
[Service]
Restart=on-failure
ExecStart=/usr/bin/python3 /opt/worker/drain.py {group} {hook} {region} {instance}
[Install]
WantedBy=multi-user.target
"""


@dataclass(frozen=True)
class Boot:
    """The script of an instance's first start.

    Variables that are added later are written before the program starts, which is the last thing that is
    done.
    """

    scope: IConstruct
    script: ec2.UserData
    image: str
    log_group: str
    stop: Duration
    group: str
    hook: str

    def write(self) -> None:
        """Write all that does not change."""
        region, limit = stack_of(self.scope).region, seconds(self.stop)
        registry = self.image.split("/", maxsplit=1)[0]
        worker = _WORKER.format(
            limit=f"{limit + 30:.0f}",
            seconds=f"{limit:.0f}",
            region=region,
            log_group=self.log_group,
            image=self.image,
        )
        drainer = _DRAINER.format(group=self.group, hook=self.hook, region=region, instance="$INSTANCE")
        self.script.add_commands(
            "set -eu",
            "dnf install --assumeyes docker",
            "systemctl start docker",
            "mkdir -p /etc/worker /opt/worker",
            f"aws ecr get-login-password --region {region} | "
            f"docker login --username AWS --password-stdin {registry}",
            "TOKEN=$(curl -sfX PUT http://169.254.169.254/latest/api/token "
            '-H "X-aws-ec2-metadata-token-ttl-seconds: 60")',
            "INSTANCE=$(curl -sf http://169.254.169.254/latest/meta-data/instance-id "
            '-H "X-aws-ec2-metadata-token: $TOKEN")',
            _file("/opt/worker/drain.py", _DRAIN.read_text(encoding="utf-8")),
            _file("/etc/systemd/system/worker.service", worker),
            _file("/etc/systemd/system/drain.service", drainer, expand=True),
        )
        self.script.add_on_exit_commands(
            "systemctl daemon-reload",
            "systemctl enable --now drain worker || exitCode=1",
            # An instance that could not start works on nothing: the group finds it stopped and replaces it.
            '[ "$exitCode" = 0 ] || shutdown --poweroff now',
        )

    def add_environment(self, name: str, value: str) -> None:
        """Set a variable of the program."""
        self.script.add_commands(_file("/etc/worker/environment", f"{name}={value}\n", add=True))


def _file(path: str, text: str, *, add: bool = False, expand: bool = False) -> str:
    """Return the command that writes a file, whatever it holds; `expand` fills in the shell's variables."""
    end = "END_OF_FILE" if expand else "'END_OF_FILE'"
    return f"cat {'>>' if add else '>'} {path} <<{end}\n{text}END_OF_FILE"
