"""The command line of the console."""

import argparse
import contextlib
import time

from wellmade.console import err, out
from wellmade.local.console.server import console_at
from wellmade.local.here import the_cloud
from wellmade.local.server import running
from wellmade.local.up import port_number

PAUSE = 0.5
"""Seconds between two looks whether the embedded AWS still runs."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `wellmade local console`."""
    parser.epilog = (
        "Open the address that it prints. What follows # in it lets you in and is another one in each run;\n"
        "it is not opened for you, since other users of this machine can read command lines.\n"
        "It runs until Ctrl-C, or until the embedded AWS ends."
    )
    parser.add_argument(
        "--port", type=port_number, help="port on this machine, 1 to 65535; default: a free one"
    )


def run(args: argparse.Namespace) -> int:
    """Serve the page of the cloud of this folder."""
    cloud = the_cloud()
    with console_at(cloud, args.port or 0) as address:
        out.print(address, markup=False)
        with contextlib.suppress(KeyboardInterrupt):
            while running(cloud.state_dir):
                time.sleep(PAUSE)
            err.print("wellmade: the embedded AWS has ended")
    return 0
