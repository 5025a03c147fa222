"""A person's word on a change that cannot be decided, kept beside the contract, good for that change only."""

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from wellmade.contracts.sources.read import text_of

SUFFIX = ".decision.json"


@dataclass(frozen=True)
class Word:
    """What somebody decided.

    Args:
        released: The digest of the released contract that was looked at.
        current: The digest of the current one.
        because: Why the change breaks nobody.
        by: Who says so.
    """

    released: str
    current: str
    because: str
    by: str


def digest(text: str) -> str:
    """Return what tells one contract from any other."""
    return sha256(text.encode()).hexdigest()


def word_on(folder: Path, name: str) -> Word | None:
    """Return the word on a contract, if somebody gave one.

    Raises:
        ValueError: If the file is not what `keep` writes.
    """
    file = folder / f"{name}{SUFFIX}"
    if not file.exists():
        return None
    text = text_of(file)
    try:
        return Word(**json.loads(text))
    except (ValueError, TypeError) as error:
        raise ValueError(
            f"{file}: must be a decision of `wellmade contracts --compatible`, {error}"
        ) from error


def keep(folder: Path, name: str, word: Word) -> Path:
    """Write a word beside the contract; return the file."""
    file = folder / f"{name}{SUFFIX}"
    file.write_text(json.dumps(asdict(word), indent=2) + "\n")
    return file
