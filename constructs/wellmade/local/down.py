"""`wellmade local down`: stop the embedded AWS of this folder."""

import argparse

from wellmade.console import err
from wellmade.local.here import find_cloud
from wellmade.local.waiting import told


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `wellmade local down`."""
    parser.epilog = "Nothing is kept but its log, .wellmade/local.log. Exit code 0, also when none ran."


def run(_args: argparse.Namespace) -> int:
    """Stop it when it runs."""
    cloud = find_cloud()
    if cloud is None:
        err.print("No embedded AWS runs in this folder.")
        return 0
    with told("stopping the embedded AWS"):
        cloud.stop()
    err.print(f"Stopped the embedded AWS at {cloud.endpoint}")
    return 0
