"""What runs have sent, kept beside them, so that a run that was killed is finished and not repeated.

Before messages are sent, their ids are written down; after that, which were taken, and which are deleted.
A message of which only the first is known may be in the target: it stays until a person says otherwise.
"""

import hashlib
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from wellmade.errors import WellmadeError

KEPT_SECONDS = 14 * 24 * 3600
"""No queue keeps a message for longer."""

KNOWN_SECONDS = 240
"""So long a FIFO target surely knows a deduplication id: five minutes, less one for clocks that differ."""


class Journal:
    """Ids of messages by how far they are: `sending`, `sent`, or neither (`settled`).

    Args:
        folder: Where the files of all runs on one dead-letter queue are. Default: nothing is written, and a
            run that is killed leaves no trace.
        clock: Seconds since 1970.
    """

    def __init__(self, folder: Path | None = None, *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._open: set[str] = set()
        self._folder: Path | None = None
        self._file: Path | None = None
        self._read: dict[Path, int] = {}
        self._number = -1
        self.sending: dict[str, float] = {}
        """Of earlier runs: may have been taken, with the moment."""
        self.sent: set[str] = set()
        """Of earlier runs: were taken by the target and not deleted, as far as is known."""
        if folder is not None:
            self._start(folder)

    @classmethod
    def read(cls, folder: Path) -> "Journal":
        """Return what earlier runs wrote, for a look: nothing is written, and no folder is made."""
        journal = cls()
        journal._folder = folder
        journal.refresh()
        return journal

    def _start(self, folder: Path) -> None:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder = folder
            self.refresh()
            self._file = folder / f"{time.time_ns():020}-{os.getpid()}.log"
            self._number = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise WellmadeError(
                f"{folder} must be a folder that can be written to, got {error.strerror}; it keeps what was "
                "sent, should a run be killed: name another one with XDG_STATE_HOME"
            ) from error

    def refresh(self) -> None:
        """Read what other runs have written since; one may have been killed while this one goes on."""
        for file in sorted(self._folder.glob("*.log")) if self._folder else ():
            if file == self._file:
                continue
            try:
                self._load(file)
            except FileNotFoundError:  # its run has just ended well
                continue

    def _load(self, file: Path) -> None:
        if self._clock() - file.stat().st_mtime > KEPT_SECONDS:
            file.unlink(missing_ok=True)
            return
        with file.open("rb") as lines:
            lines.seek(self._read.get(file, 0))
            new = lines.read()
        whole = new[: new.rfind(b"\n") + 1]  # a line without an end is being written: nothing is sent yet
        self._read[file] = self._read.get(file, 0) + len(whole)
        for line in whole.decode(errors="replace").splitlines():
            what, moment, *ids = line.split()
            for each in ids:
                self.sending.pop(each, None)
                self.sent.discard(each)
                if what == "sending":
                    self.sending[each] = float(moment)
                elif what == "sent":
                    self.sent.add(each)

    def may_have_sent(self, message_id: str, *, fifo: bool) -> bool:
        """Tell whether an earlier run was killed while it sent this one; a FIFO target still knows it."""
        moment = self.sending.get(message_id)
        if moment is None:
            return False
        return not (fifo and 0 <= self._clock() - moment < KNOWN_SECONDS)

    def note(self, what: str, ids: Iterable[str]) -> None:
        """Write down that these are `sending`, `sent`, or `settled`."""
        named = list(ids)
        if not named:
            return
        (self._open.difference_update if what == "settled" else self._open.update)(named)
        if self._number >= 0:
            os.write(self._number, f"{what} {self._clock():.3f} {' '.join(named)}\n".encode())

    def close(self) -> None:
        """End; what has nothing open and settled nothing of earlier runs is removed."""
        if self._number < 0 or self._file is None:
            return
        os.close(self._number)
        self._number = -1
        if not self._open and not (self.sending or self.sent):
            self._file.unlink(missing_ok=True)


def journal_folder(queue_arn: str, endpoint: str | None) -> Path:
    """Return where the runs on a dead-letter queue keep what they sent."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    name = hashlib.sha256(f"{endpoint or ''} {queue_arn}".encode()).hexdigest()[:16]
    return Path(state) / "wellmade" / "redrive" / name
