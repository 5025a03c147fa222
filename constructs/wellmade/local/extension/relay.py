"""A TCP address in front of a Unix socket that only the owner of this cloud gets through.

Templates give programs a host and a port, and most give no password, since on AWS the network keeps others
away. On a machine every user reaches every port; but Linux tells whose a connection is.
"""

import os
import socket
import threading
from pathlib import Path


def listen(address: str, port: int, path: str) -> None:
    """Pass the owner's connections to the socket at `path`, for as long as this process lives.

    Raises:
        OSError: If the address is taken.
    """
    listener = socket.create_server((address, port))
    threading.Thread(target=_accept, args=(listener, path), daemon=True).start()


def listen_locally(own: str, path: str) -> None:
    """Pass connections to the socket at `own`, which only this user may open, on to the one at `path`."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(own)
    Path(own).chmod(0o600)
    listener.listen()
    threading.Thread(target=_accept, args=(listener, path), daemon=True).start()


def _accept(listener: socket.socket, path: str) -> None:
    while True:
        client, source = listener.accept()
        if listener.family == socket.AF_UNIX or _owner_of(source, listener.getsockname()) == os.getuid():
            threading.Thread(target=_join, args=(client, path), daemon=True).start()
        else:
            client.close()


def _owner_of(source: tuple[str, int], target: tuple[str, int]) -> int | None:
    """Return the user whose process opened this connection, from the kernel's table of them."""
    wanted = (_as_in_the_table(source), _as_in_the_table(target))
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if (fields[1], fields[2]) == wanted:
            return int(fields[7])
    return None


def _as_in_the_table(address: tuple[str, int]) -> str:
    host = int.from_bytes(socket.inet_aton(address[0]), "little")
    return f"{host:08X}:{address[1]:04X}"


def _join(client: socket.socket, path: str) -> None:
    server = socket.socket(socket.AF_UNIX)
    with client, server:
        try:
            server.connect(path)
        except OSError:
            return  # it has ended, and so does the connection
        back = threading.Thread(target=_copy, args=(server, client), daemon=True)
        back.start()
        _copy(client, server)
        back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return  # one of them hung up
