"""Addition: what listens beyond this machine is told, by the name of the function or the program.

Whoever is in the same network reaches it, though only its load balancer would on AWS. Servers of Python and
Node are kept at home before they listen, see `listening`; any other program is found in Linux's list of
sockets. It goes on: most images listen everywhere, and none of them would run here.
"""

import ipaddress
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ministack.core.responses import request_scope

from .. import programs  # noqa: TID252 - this package has another name where it runs
from ..log_groups import write_line  # noqa: TID252 - as above
from . import endings

GROUP = "/wellmade/open-ports"
_HOME = ("000000000000", "us-east-1")
_EVERY = 1.0
"""Seconds between two looks."""
_LISTENS = "0A"
_WORDS = 8
"""Letters of four bytes, which Linux writes the last first."""


@dataclass(frozen=True)
class _Port:
    who: str
    place: str


_known: dict[str, _Port | None] = {}
"""By socket; None for those of other programs of the user."""
_looking = threading.Lock()


def watch() -> None:
    """Look from now on, where Linux tells: when a program has started, and every second."""
    if not Path("/proc/net/tcp").exists():
        return
    wait = programs.Process.wait_until_it_listens

    def wait_and_look(process: programs.Process) -> None:
        wait(process)
        look()

    programs.Process.wait_until_it_listens = wait_and_look  # type: ignore[method-assign,assignment]
    threading.Thread(target=_watch, daemon=True).start()


def _watch() -> None:
    while True:
        time.sleep(_EVERY)
        look()


def look() -> None:
    """Tell what listens beyond this machine since the last look, and what no longer does."""
    with _looking:
        found = dict(_beyond())
        for socket in _known.keys() - found.keys():
            if port := _known.pop(socket):
                _tell(f"{port.who} listens no longer at {port.place}")
        new = {socket: place for socket, place in found.items() if socket not in _known}
        if not new:
            return
        owners = dict(_owners(set(new)))
        for socket, place in new.items():
            who = owners.get(socket)
            _known[socket] = _Port(who, place) if who else None
            if who:
                _tell(f"{who} listens at {place}, which others in your network reach; {_fix(who)}")


def _fix(who: str) -> str:
    if who.startswith("the function"):
        return "let it listen at 127.0.0.1"
    return (
        "let it listen at the address that $HOST has here, and at 0.0.0.0 where there is no $HOST, as on AWS"
    )


def _tell(what: str) -> None:
    with request_scope(*_HOME):
        write_line(GROUP, "ports", what)


def _beyond() -> Iterator[tuple[str, str]]:
    """Yield each socket of TCP that listens beyond the loopback, and where."""
    for file in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(file).read_text().splitlines()[1:]
        except FileNotFoundError:
            continue  # a system without IPv6
        for words in map(str.split, lines):
            address, _, port = words[1].partition(":")
            place = _read(address)
            if words[3] == _LISTENS and not (getattr(place, "ipv4_mapped", None) or place).is_loopback:
                yield words[9], f"{f'[{place}]' if place.version == 6 else place}:{int(port, 16)}"


def _read(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    words = (address[at : at + _WORDS] for at in range(0, len(address), _WORDS))
    return ipaddress.ip_address(b"".join(bytes.fromhex(word)[::-1] for word in words))


def _owners(sockets: set[str]) -> Iterator[tuple[str, str]]:
    """Yield whose a socket is, of those that functions and programs of this cloud have open."""
    folder = Path(os.environ["TMPDIR"])
    for entry in Path("/proc").glob("[1-9]*"):
        process = int(entry.name)
        held = sockets & set(_sockets_of(process))
        if held and process != os.getpid() and (endings.is_in_cell(process, folder) or _is_ours(process)):
            yield from ((socket, _name(process)) for socket in held)


def _sockets_of(process: int) -> Iterator[str]:
    try:
        entries = list(Path(f"/proc/{process}/fd").iterdir())
    except OSError:
        return  # somebody else's, or over
    for entry in entries:
        try:
            target = str(entry.readlink())
        except OSError:
            continue  # closed by now
        if target.startswith("socket:["):
            yield target[8:-1]


def _is_ours(process: int) -> bool:
    """Tell whether this server has started it, or what did."""
    while process > 1:
        if process == os.getpid():
            return True
        try:
            process = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            return False
    return False


def _name(process: int) -> str:
    program = programs.named(lambda leader: endings.have_one_cell(leader, process))
    if program:
        return f"the program of {program}"
    try:
        words = Path(f"/proc/{process}/environ").read_bytes().split(b"\0")
    except OSError:
        words = []
    name = next((word for word in words if word.startswith(b"AWS_LAMBDA_FUNCTION_NAME=")), b"")
    return (
        f"the function {name.decode(errors='replace').partition('=')[2]}" if name else "a program of the app"
    )
