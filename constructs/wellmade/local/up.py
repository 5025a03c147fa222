"""`wellmade local up`: start the embedded AWS and deploy to it."""

import argparse
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import FrameType

from botocore.exceptions import BotoCoreError, ClientError

from wellmade.console import err
from wellmade.errors import WellmadeError
from wellmade.local.deploy import deploy, require_app
from wellmade.local.here import STATE_DIR
from wellmade.local.isolation import isolation
from wellmade.local.logs import keep
from wellmade.local.presence import demanded
from wellmade.local.server import LocalCloud, running, start
from wellmade.local.shown import faster, show
from wellmade.local.state import failed_log
from wellmade.local.templates.deploying import deploy_templates, is_template
from wellmade.local.waiting import told


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `wellmade local up`."""
    parser.epilog = (
        "Examples:\n"
        "  wellmade local up                         every stack of this folder's cdk.json\n"
        "  wellmade local up file-pipeline -c environment=local\n"
        "  wellmade local up --app 'npx ts-node bin/app.ts' --lifetime 30\n"
        "  wellmade local up template.yaml           a template of CloudFormation or SAM, without CDK\n"
        "  wellmade local up --faults 5              with functions whose calls go wrong now and then\n"
        "  wellmade local up --fast 20               with waits that are 20 times shorter than on AWS\n"
        "A second `up` deploys to the one that runs. It ends by itself after its lifetime."
    )
    parser.add_argument(
        "stacks",
        nargs="*",
        metavar="STACK",
        help="names of stacks, or files of templates; default: all stacks",
    )
    parser.add_argument("--stack-name", metavar="NAME", help="of a template; default: as its file or folder")
    parser.add_argument("--app", metavar="COMMAND", help="synthesizes the app; default: app of ./cdk.json")
    parser.add_argument(
        "-c",
        "--context",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="CDK context; may be repeated",
    )
    parser.add_argument(
        "--parameters",
        action="append",
        default=[],
        metavar="[STACK:]NAME=VALUE",
        help="value of a CloudFormation parameter; may be repeated",
    )
    _add_cloud_arguments(parser)
    parser.add_argument("--verbose", action="store_true", help="show all that the CDK command line says")
    parser.add_argument("--format", choices=["text", "json"], default="text", help="default: text")


def _add_cloud_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare how the embedded AWS is started, which counts where none runs."""
    parser.add_argument(
        "--port", type=port_number, help="port on this machine, 1 to 65535; default: a free one"
    )
    parser.add_argument(
        "--lifetime", type=_minutes, default=60, metavar="MINUTES", help="1 to 1440; default: 60"
    )
    parser.add_argument(
        "--faults",
        type=_percent,
        default=0,
        metavar="PERCENT",
        help="of the functions' calls that are throttled, or done and never answered; 0 to 50; default: 0",
    )
    parser.add_argument(
        "--fast",
        type=_factor,
        metavar="FACTOR",
        help="makes what only waits (visibility after a failure, delays, batching windows, intervals of "
        "retries, waits of state machines, time to approve) so many times shorter; 1 to 1000; default: 1",
    )


def run(args: argparse.Namespace) -> int:
    """Start when none runs, deploy, and show what is there."""
    context = dict(_pair(text) for text in args.context)
    parameters = dict(_pair(text, "--parameters", "Mail=me@example.com") for text in args.parameters)
    files = _templates(args)
    if not files:
        require_app(args.app)
    found = running(STATE_DIR)
    cloud = _same(found, args) if found else _start(args)
    err.print(f"The embedded AWS {'runs' if found else 'started'} at {cloud.endpoint}")
    if cloud.fast > 1:
        err.print(faster(cloud))
    if not found and (warning := isolation().warning()):
        err.print(f"wellmade: {warning}", markup=False)
    try:
        report = _reporter(verbose=args.verbose)
        with demanded(cloud), _ended_by_signals():
            deployment = (
                deploy_templates(cloud, files, parameters=parameters, report=report, name=args.stack_name)
                if files
                else deploy(
                    cloud,
                    app=args.app,
                    stacks=args.stacks,
                    context=context,
                    report=report,
                    parameters=parameters,
                )
            )
    except BaseException as error:
        if not found:
            _end(cloud, error)
        raise
    show(cloud, deployment, args.format)
    return 0


def _end(cloud: LocalCloud, error: BaseException) -> None:
    """Stop: a failed start leaves nothing running. What its functions wrote is kept, if it can be asked."""
    try:
        if isinstance(error, WellmadeError):
            keep(cloud)
    except (BotoCoreError, ClientError, OSError) as unread:
        err.print(f"wellmade: what its functions wrote could not be kept: {unread}", markup=False)
    finally:
        cloud.stop()


def _templates(args: argparse.Namespace) -> list[Path]:
    """Return the templates that are meant instead of an app.

    Raises:
        WellmadeError: If there is no such file, or options of an app are given beside.
    """
    files = [Path(text) for text in args.stacks if is_template(text)]
    for file in files:
        if not file.is_file():
            raise WellmadeError(f"{file} must be the file of a template, got none of that name")
    if files and (args.app or args.context or len(files) < len(args.stacks)):
        raise WellmadeError("templates must be given without --app, --context and names of stacks")
    if args.stack_name and len(files) != 1:
        raise WellmadeError("--stack-name must be given with the file of one template")
    return files


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let a polite kill, or a closed terminal, end what was begun as Ctrl-C does."""

    def end(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _start(args: argparse.Namespace) -> LocalCloud:
    lifetime = timedelta(minutes=args.lifetime)
    faults, fast = args.faults / 100, args.fast or 1
    failed_log(STATE_DIR).unlink(missing_ok=True)  # of an earlier one
    with told("starting the embedded AWS"), _ended_by_signals():
        isolation()  # tried here, where it is said that something goes on
        return start(STATE_DIR, port=args.port, lifetime=lifetime, faults=faults, fast=fast)


def _same(found: LocalCloud, args: argparse.Namespace) -> LocalCloud:
    """Return the one that runs, unless it was to be started otherwise."""
    if args.port and not found.endpoint.endswith(f":{args.port}"):
        raise WellmadeError(
            f"--port {args.port}: one runs at {found.endpoint}; stop it with: wellmade local down"
        )
    if args.faults:
        raise WellmadeError(
            f"--faults {args.faults}: one runs at {found.endpoint}, and faults are set when it starts; "
            "stop it with: wellmade local down"
        )
    if args.fast and args.fast != found.fast:
        raise WellmadeError(
            f"--fast {args.fast}: one runs at {found.endpoint} with {found.fast}, and this is set when it "
            "starts; stop it with: wellmade local down"
        )
    return found


def _reporter(*, verbose: bool) -> Callable[[str], bool]:
    """Pass on every line, or those that tell a milestone, and tell whether it was passed on."""
    milestones = ("⏳", "✨", "✅", "❌", "wellmade:")

    def report(line: str) -> bool:
        shown = verbose or line.lstrip().startswith(milestones)
        if shown:
            err.print(line.strip(), markup=False)
        return shown

    return report


def _pair(text: str, option: str = "--context", example: str = "-c environment=local") -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key and equals):
        raise WellmadeError(f"{option} must be KEY=VALUE, got {text!r}; for example {example}")
    return key, value


def port_number(text: str) -> int:
    """Read a port, for argparse."""
    return _whole(text, 1, 65535)


def _percent(text: str) -> int:
    return _whole(text, 0, 50)


def _factor(text: str) -> int:
    return _whole(text, 1, 1000)


def _minutes(text: str) -> int:
    return _whole(text, 1, 1440)


def _whole(text: str, least: int, most: int) -> int:
    if not (text.isdecimal() and least <= int(text) <= most):
        raise argparse.ArgumentTypeError(f"must be a whole number from {least} to {most}, got {text!r}")
    return int(text)
