"""Where the CDK put the code that a resource is deployed with, and what an archive of it holds."""

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

from wellmade.graph import Resource
from wellmade.prove.code.kept import kept, key_of

_HASHED = re.compile(r"(?:asset\.)?[0-9a-f]{64}\.zip")
"""How archives are called by their content."""
_LARGEST = 200_000
"""So many bytes of a module are kept at most."""


def asset_of(resource: Resource, place: str) -> Path | None:
    """Return the asset of a function or a layer, a folder or an archive; None if it has none.

    The CDK's command line has its path written into the template. An app that is run without it, or with
    `--no-asset-metadata`, leaves the name in the bucket alone: the hash that the asset is called by, too.

    Args:
        resource: The function or the layer.
        place: The property that holds its code.
    """
    folder = resource.template.parent
    if path := resource.metadata.get("aws:asset:path"):
        return folder / str(path)
    key = resource.get(f"{place}.S3Key")
    name = f"asset.{key.removesuffix('.zip')}" if isinstance(key, str) and "/" not in key else ""
    found = (folder / name, folder / f"{name}.zip") if name else ()
    return next((each for each in found if each.exists()), None)


def in_archive(archive: Path, paths: Sequence[str]) -> bytes | None:
    """Return what the first of some paths holds in an archive; None if it has none of them.

    Of archives that are called by their content that is kept: some have thousands of entries.
    """
    store = kept() if _HASHED.fullmatch(archive.name) and archive.is_file() else None
    key = key_of("asset", [archive.name, archive.stat().st_size, *paths]) if store else ""
    found = store.find(key) if store else None
    if isinstance(found, str):
        return found.encode("latin-1")
    content = _read(archive, paths)
    if store and content is not None and len(content) <= _LARGEST:
        store.keep(key, content.decode("latin-1"))
    return content


def _read(archive: Path, paths: Sequence[str]) -> bytes | None:
    if not zipfile.is_zipfile(archive):
        return None
    with zipfile.ZipFile(archive) as opened:
        names = set(opened.namelist())
        inside = next((path for path in paths if path in names), None)
        return opened.read(inside) if inside else None
