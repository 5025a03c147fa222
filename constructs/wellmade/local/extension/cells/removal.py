"""Removing what functions were unpacked to: thousands of files, each of which waits for the disk."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_AT_ONCE = 16


def remove_tree(folder: Path) -> None:
    """Remove a folder, several parts of it at once; what cannot be removed stays."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for part in _parts(folder):
            pool.submit(shutil.rmtree, part, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def _parts(folder: Path) -> list[Path]:
    """Return folders below it that are many enough to be removed side by side."""
    parts, below = [folder], [folder]
    while below and len(parts) < 4 * _AT_ONCE:
        parts, below = below, [each for part in below for each in _folders(part)]
    return below or parts


def _folders(folder: Path) -> list[Path]:
    try:
        return [each for each in folder.iterdir() if each.is_dir() and not each.is_symlink()]
    except OSError:
        return []
