"""Requests that code signs by itself, with botocore's `SigV4Auth`."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any
from unittest.mock import patch

from botocore.auth import SigV4Auth

from wellmade.prove.calls import Call
from wellmade.prove.calls.signed import OPERATION

_BOTOCORE = f"{os.sep}botocore{os.sep}"


@contextmanager
def patch_signing(hear: Callable[[Call], None]) -> Iterator[None]:
    """Tell of each request that is signed by anything but a client."""
    proceed = SigV4Auth.add_auth

    def add_auth(signer: Any, request: Any) -> Any:
        caller: FrameType | None = sys._getframe(1)  # noqa: SLF001 - a client's own signing comes from within botocore
        while caller and caller.f_code.co_filename == __file__:
            caller = caller.f_back
        if caller and _BOTOCORE not in caller.f_code.co_filename:
            parameters = {"Method": request.method, "Url": str(request.url).partition("?")[0]}
            hear(Call(signer._service_name, OPERATION, parameters, signer._region_name))  # noqa: SLF001 - tells what is signed for
        return proceed(signer, request)

    with patch.object(SigV4Auth, "add_auth", add_auth):
        yield
