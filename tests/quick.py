"""What tests do over and over, done once in a process; nothing that they see becomes another."""

from functools import cache

import botocore.session
from botocore.loaders import Loader, create_loader


def share_descriptions_of_services() -> None:
    """Let all sessions of boto3 read AWS's descriptions of its services once, not each session for itself.

    They come from files of botocore, or from where AWS_DATA_PATH says, and no session changes them. A session
    alone takes 0.1 s of processor for them, and tests make thousands.
    """
    loaders = cache(create_loader)

    def shared(search_path_string: str | None = None) -> Loader:
        return loaders(search_path_string)

    botocore.session.create_loader = shared
