"""What tests do over and over, done once in a process; nothing that they see becomes another."""

from copy import deepcopy
from functools import cache
from typing import Any

import aws_cdk as cdk
import botocore.session
from botocore.loaders import Loader, create_loader


def share_descriptions_of_services() -> None:
    """Let all sessions of boto3 read AWS's descriptions of its services once, not each session for itself.

    They come from files of botocore, or from where AWS_DATA_PATH says. A session alone takes 0.1 s of processor
    for them, and tests make thousands.
    """
    loaders = cache(_loader)

    def shared(search_path_string: str | None = None) -> Loader:
        return loaders(search_path_string)

    botocore.session.create_loader = shared


def leave_out_validation() -> None:
    """Let apps be synthesized without CDK's own validation, but for those that ask for it.

    Its engine takes 3 s of processor to start in each process, and some tenths for each app.
    """
    define = cdk.App.__init__

    def plain(app: cdk.App, **options: Any) -> None:
        define(app, **{"builtin_cloud_formation_validation": False, "analytics_reporting": False, **options})

    cdk.App.__init__ = plain  # type: ignore[method-assign, assignment]


def _loader(search_path_string: str | None) -> Loader:
    """Return a loader that gives each client of S3 a description of its own: botocore changes that alone."""
    found = create_loader(search_path_string)
    load = found.load_service_model

    def own(service_name: str, type_name: str, api_version: str | None = None) -> Any:
        description = load(service_name, type_name, api_version)
        return deepcopy(description) if service_name == "s3" and type_name == "service-2" else description

    found.load_service_model = own  # type: ignore[method-assign] # of this one alone
    return found
