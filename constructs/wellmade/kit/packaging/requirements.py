"""Requirements files, as far as packages for another platform can be installed from them."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wellmade.kit.packaging.markers import applies
from wellmade.kit.packaging.refused import refused
from wellmade.kit.packaging.target import Target

_OPTIONS = (
    "-i",
    "--index-url",
    "--extra-index-url",
    "-f",
    "--find-links",
    "--trusted-host",
    "--no-index",
    "--pre",
)
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Requirement:
    """A package that is asked for, without its marker."""

    text: str
    """With its hashes."""

    @property
    def name(self) -> str:
        """As indexes compare it."""
        return canonical(self.text)

    @property
    def has_hash(self) -> bool:
        """Whether only known contents are installed."""
        return "--hash=" in self.text


@dataclass(frozen=True, slots=True)
class Requirements:
    """What is to be installed."""

    packages: tuple[Requirement, ...] = ()
    options: tuple[str, ...] = ()
    """Lines that say where packages come from."""

    @property
    def names(self) -> frozenset[str]:
        """The packages that are named."""
        return frozenset(package.name for package in self.packages)

    @property
    def is_locked(self) -> bool:
        """Whether every package is pinned with its hashes."""
        return all(package.has_hash for package in self.packages)


def canonical(text: str) -> str:
    """Return the name at the start of a requirement, in small letters with hyphens."""
    found = _NAME.match(text)
    return re.sub(r"[-_.]+", "-", found[0]).lower() if found else ""


def read_requirements(file: Path, target: Target, *, within: tuple[Path, ...] = ()) -> Requirements:
    """Return what a requirements file asks for on a target.

    Args:
        file: The file.
        target: What for.
        within: The files that take this one along. Default: none.

    Raises:
        ValueError: If a line asks for what cannot be installed for another platform, or is not understood.
    """
    packages: list[Requirement] = []
    options: list[str] = []
    for number, line in _lines(file):
        word, _, rest = (
            line.replace("=", " ", 1).partition(" ") if line.startswith("--") else line.partition(" ")
        )
        if word in ("-r", "--requirement"):
            other = _existing(file, number, rest.strip())
            if other.resolve() in (around := (*within, file.resolve())):
                fix = "remove the line, or the one that comes back here"
                raise refused(
                    f"{file}:{number}", "requirement", "a file that does not take this one", other, fix
                )
            nested = read_requirements(other, target, within=around)
            packages += nested.packages
            options += nested.options
        elif word in ("-c", "--constraint"):
            options.append(f"--constraint {_existing(file, number, rest.strip())}")
        elif word in _OPTIONS:
            options.append(_absolute(word, rest.strip(), file.parent))
        elif word not in ("--only-binary", "--prefer-binary", "--require-hashes"):  # which holds anyway
            packages += _requirement(file, number, line, target)
    return Requirements(tuple(packages), tuple(options))


def requirement_of(text: str, where: str, target: Target) -> list[Requirement]:
    """Return a requirement where its marker applies.

    Raises:
        ValueError: If it is none, or names no package of an index.
    """
    specifier, *hashes = re.split(r"\s+(?=--hash=)", text)
    wanted, _, marker = specifier.partition(" ;" if "://" in specifier else ";")
    allowed = "a package from an index, or the URL of a wheel"
    if not canonical(wanted) or re.match(r"-|\.|/|[a-z+]+:", wanted) or "git+" in wanted:
        fix = "build a wheel of it, or put its code into the folder"
        raise refused(where, "requirement", allowed, repr(text.split(" --hash=", maxsplit=1)[0]), fix)
    try:
        is_needed = not marker.strip() or applies(marker, target.markers)
    except ValueError as error:
        raise refused(where, "requirement", "one whose marker can be judged", error, "simplify it") from error
    return [Requirement(" ".join([wanted.strip(), *hashes]))] if is_needed else []


def _requirement(file: Path, number: int, line: str, target: Target) -> list[Requirement]:
    return requirement_of(line, f"{file}:{number}", target)


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    """Yield lines with the number of their start; continued ones as one, without comments."""
    start, whole = 0, ""
    for number, raw in enumerate(_text(file).splitlines(), start=1):
        start = start or number
        if raw.endswith("\\"):
            whole += raw[:-1]
            continue
        line = re.sub(r"(^|\s)#.*", "", whole + raw).strip()
        if line:
            yield start, line
        start, whole = 0, ""


def _text(file: Path) -> str:
    """Return a file's text; Windows writes UTF-8 and UTF-16 with a mark, as pip reads them too."""
    content = file.read_bytes()
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise refused(file, "requirements", "UTF-8", error, "save it as UTF-8") from error


def _existing(file: Path, number: int, name: str) -> Path:
    path = file.parent / name
    if not path.is_file():
        raise refused(f"{file}:{number}", "requirement", "a file that exists", path, "correct the path")
    return path


def _absolute(word: str, value: str, folder: Path) -> str:
    """Return an option as it is understood from anywhere."""
    is_folder = word in ("-f", "--find-links") and "://" not in value
    return f"{word} {(folder / value).absolute() if is_folder else value}".strip()
