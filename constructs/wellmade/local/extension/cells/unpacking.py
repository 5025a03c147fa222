"""Gap: unpacking an archive forgets which of its entries are programs, and which are links."""

import types
import zipfile
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from .bundles import link, unpack


class _Bundle(zipfile.ZipFile):
    def extractall(self, path: Any = None, *_: Any) -> None:
        """Unpack all but links, which are made once layers lie over each other."""
        unpack(self, Path(path))


def apply() -> None:
    """Unpack as Lambda does."""
    lambda_runtime.zipfile = types.SimpleNamespace(
        ZipFile=_Bundle, BadZipFile=zipfile.BadZipFile, LargeFileError=zipfile.LargeZipFile
    )
    lambda_svc._extract_zip_preserving_mode = _unpack_with_links  # noqa: SLF001 - a test asserts that it exists


def _unpack_with_links(bundle: zipfile.ZipFile, folder: str) -> None:
    unpack(bundle, Path(folder))
    link(bundle, Path(folder))
