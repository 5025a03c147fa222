"""`wellmade local env`: what another shell or program needs to reach the embedded AWS."""

import argparse
import shlex

from wellmade.console import out, print_json
from wellmade.local.access import KEY_ID, REGION
from wellmade.local.here import the_cloud


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `wellmade local env`."""
    parser.epilog = (
        "Examples:\n"
        '  eval "$(wellmade local env)"           in a shell; then: aws s3 ls\n'
        "  wellmade local env --format json       for other programs\n"
        "The secret key is another one in each run; whoever has it may do everything in this AWS."
    )
    parser.add_argument("--format", choices=["text", "json"], default="text", help="default: text")


def run(args: argparse.Namespace) -> int:
    """Print the variables of the cloud of this folder."""
    cloud = the_cloud()
    variables = {
        "AWS_ENDPOINT_URL": cloud.endpoint,
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        "AWS_ACCESS_KEY_ID": KEY_ID,
        "AWS_SECRET_ACCESS_KEY": cloud.secret_key,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
    }
    if args.format == "json":
        print_json(variables)
        return 0
    for name, value in variables.items():
        out.print(f"export {name}={shlex.quote(value)}", markup=False, soft_wrap=True)
    out.print("unset AWS_PROFILE AWS_SESSION_TOKEN")
    return 0
