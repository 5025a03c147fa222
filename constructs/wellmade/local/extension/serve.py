"""Start MiniStack with its patches, and end it with everything that it started.

Started as `python -P -m extension.serve`. The caller hands over two open files: a listening socket, so
that the port cannot be lost to somebody else on the way, and a lock that is held for as long as this process
lives, so that "is it running" never depends on a process id that another program may have by now. The secret
key of this run comes through standard input, since other users can read command lines.
"""

import argparse
import asyncio
import os
import random
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import NoReturn


def main() -> None:
    """Leave the caller's process group, then serve until told to stop or until the time is over."""
    options = _options()
    options.secret = sys.stdin.readline().strip()
    os.umask(0o077)  # what this server, its functions and its programs write is nobody else's business
    sys.path.remove(os.environ.pop("PYTHONPATH"))  # found this package; its neighbours must not shadow others
    detached = os.fork()
    if detached:
        sys.stdout.write(f"{detached}\n")
        sys.stdout.flush()
        os._exit(0)
    os.setsid()
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for descriptor in (options.listener, options.lock):
        os.set_inheritable(descriptor, False)  # noqa: FBT003 - functions must not keep them open
    os.environ.update(_settings(socket.socket(fileno=os.dup(options.listener))))
    os.environ["WELLMADE_FAST"] = str(options.fast)
    asyncio.run(_serve(options))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listener", type=int, required=True, help="file descriptor of the listening socket")
    parser.add_argument("--lock", type=int, required=True, help="file descriptor of the lock")
    parser.add_argument("--lifetime", type=float, required=True, help="seconds after which it ends by itself")
    parser.add_argument("--parent", type=int, help="process id; when that process is gone the server ends")
    parser.add_argument("--starter", type=int, help="process id of who writes down where this server is")
    parser.add_argument("--faults", type=float, default=0.0, help="share of functions' calls that go wrong")
    parser.add_argument("--fast", type=float, default=1.0, help="how many times shorter what only waits is")
    return parser.parse_args()


def _settings(listener: socket.socket) -> dict[str, str]:
    """MiniStack reads its settings from the environment when it is imported."""
    with listener:
        port = listener.getsockname()[1]
    scratch = os.environ["TMPDIR"]
    return {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": "localhost",
        "AUTH": "true",  # IAM policies are enforced
        "IOT_MTLS_ENABLED": "0",  # opens a port of its own
        "SFTP_ENABLED": "0",  # as above
        "STATE_DIR": f"{scratch}/state",
        "S3_DATA_DIR": f"{scratch}/s3",
        "LAMBDA_EXECUTOR": "local",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


async def _serve(options: argparse.Namespace) -> None:
    from hypercorn.asyncio import serve  # noqa: PLC0415 - MiniStack's own
    from hypercorn.config import Config  # noqa: PLC0415 - as above
    from ministack.app import app  # noqa: PLC0415 - reads the environment that was just set

    from . import signatures  # noqa: PLC0415 - as above

    signatures.apply(options.secret)  # before the services are imported, which know some of it by name
    from . import access_log, faults, gate, header_case, patches, websites  # noqa: PLC0415 - as above
    from .cells import open_ports  # noqa: PLC0415 - as above

    patches.apply()
    open_ports.watch()
    served = gate.guarded(websites.with_websites(app), int(os.environ["GATEWAY_PORT"]))
    if options.faults:
        served = faults.faulty(served, options.faults, random.Random(1))  # noqa: S311
    served = access_log.logged(served, Path(os.environ["TMPDIR"], access_log.FILE))
    served = header_case.remembered(served)
    config = Config()
    config.h11_pass_raw_headers = True
    config.bind = [f"fd://{options.listener}"]
    config.keep_alive_timeout = 75
    config.loglevel = "WARNING"
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    watch = asyncio.create_task(_watch(options, stop))
    server = asyncio.create_task(serve(served, config, shutdown_trigger=asyncio.Event().wait))
    await asyncio.wait({server, asyncio.create_task(stop.wait())}, return_when=asyncio.FIRST_COMPLETED)
    watch.cancel()
    _end()


async def _watch(options: argparse.Namespace, stop: asyncio.Event) -> None:
    """Stop when the lifetime is over or when the process that this server belongs to is gone.

    Until it is written down where this server is, that is also who starts it: nobody else could end it.
    """
    deadline, written = time.monotonic() + options.lifetime, Path(os.environ["TMPDIR"]).with_suffix(".json")
    is_known = False
    while time.monotonic() < deadline and _exists(options.parent):
        has_starter = _exists(options.starter)  # looked at first: it writes, and then it may be gone
        is_known = is_known or written.exists()
        if not (has_starter or is_known):
            break
        await asyncio.sleep(0.5)
    stop.set()


def _exists(process: int | None) -> bool:
    if process is None:
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it is there, and somebody else's
    return True


def _end() -> NoReturn:
    """Nothing is persisted, so nothing is wound down: end the functions, remove their files, leave."""
    from ministack.core import lambda_runtime  # noqa: PLC0415 - reads the environment

    from . import data_stores, programs  # noqa: PLC0415 - as above
    from .cells import endings, removal  # noqa: PLC0415 - as above

    threading.Timer(5, os._exit, [1]).start()  # a worker that cannot be killed must not hold us
    programs.stop_all()
    data_stores.stop_all()
    lambda_runtime.reset()
    endings.end_all(Path(os.environ["TMPDIR"]))
    removal.remove_tree(Path(os.environ["TMPDIR"]))
    os._exit(0)


if __name__ == "__main__":
    main()
