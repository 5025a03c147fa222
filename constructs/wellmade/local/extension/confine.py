"""Run a program that sees what Lambda would show it: the system, its own code, and a folder for its files.

Started as `python -I -S confine.py … -- COMMAND`; it gives up its rights and becomes the command, so nothing
of it stays. It asks two things of Linux, neither of which takes privileges. A root folder of its own (with a
user, a mount and an IPC namespace) holds the system's programs, the code and an own `/tmp`. Landlock then
takes away every other file, and, where the kernel knows it, signals and the view into other processes. With
`--probe` it says which of them this system refuses, and why.
"""

import ctypes
import os
import stat
import struct
import sys
from collections.abc import Callable, Iterable

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store")
SETTINGS = (
    *("alternatives", "ca-certificates", "crypto-policies", "gai.conf", "group", "host.conf", "hosts"),
    *(
        "ld.so.cache",
        "ld.so.conf",
        "ld.so.conf.d",
        "localtime",
        "mime.types",
        "nsswitch.conf",
        "passwd",
        "pki",
    ),
    *("protocols", "resolv.conf", "services", "ssl", "timezone"),
)
"""What of /etc programs need: names, authorities, time. No machine id, no keys."""
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
ABOUT_THE_MACHINE = (
    *(
        f"/proc/{name}"
        for name in ("cpuinfo", "meminfo", "stat", "uptime", "loadavg", "version", "filesystems")
    ),
    *("/proc/sys", "/sys/devices/system/cpu", "/sys/fs/cgroup", "/sys/kernel/mm"),
)
_NEW_USERS, _NEW_MOUNTS, _NEW_IPC = 0x10000000, 0x00020000, 0x08000000
_BIND, _RECURSIVE, _REMOUNT, _READ_ONLY, _PRIVATE = 4096, 16384, 32, 1, 1 << 18
_DETACH = 2
_KEPT_FLAGS = {os.ST_NOSUID: 2, os.ST_NODEV: 4, os.ST_NOEXEC: 8, os.ST_NOATIME: 1024, 4096: 1 << 21}
_PIVOT_ROOT = {"x86_64": 155}.get(os.uname().machine, 41)
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_EXECUTE, _WRITE, _READ, _LIST = 1, 2, 4, 8
_FIRST_RIGHTS, _REFER, _TRUNCATE, _IOCTL = (1 << 13) - 1, 1 << 13, 1 << 14, 1 << 15
_OF_FILES = _EXECUTE | _WRITE | _READ | _TRUNCATE | _IOCTL
_SCOPES = 3  # no signals to, and no abstract sockets of, programs outside

libc: ctypes.CDLL = ctypes.CDLL(None, use_errno=True)


def main(arguments: list[str]) -> None:
    """Confine this process as the command line says, and become the command."""
    if arguments == ["--probe"]:
        for name, reason in probe().items():
            print(name, reason)  # noqa: T201 - this is a program
        return
    end = arguments.index("--")
    confine(arguments[:end])
    command = arguments[end + 1 :]
    os.execv(command[0], command)  # noqa: S606 - what a function or a program is


def confine(options: list[str]) -> None:
    """Give up what the options do not name.

    They are `--no-root` and `--no-landlock`, where the system refuses one; `--keep=PATH`, readable where it
    is; `--link=PATH`, a symbolic link that leads there; `--bind=SOURCE=TARGET`, readable at the target;
    `--own=FOLDER`, which becomes /tmp, or with `--megabytes=N` memory of at most that size, where there is an
    own root; `--cwd=FOLDER`.
    """
    given = [option.lstrip("-").split("=", 1) for option in options]
    keep = [words[1] for words in given if words[0] == "keep"]
    ways = [words[1] for words in given if words[0] == "link"]
    binds = dict(words[1].split("=", 1) for words in given if words[0] == "bind")
    single = {words[0]: words[-1] for words in given}
    own_root = "no-root" not in single
    if own_root:
        enter_own_root(keep, binds, single["own"], single.get("megabytes"), ways)
    if "no-landlock" not in single:
        readable = [*keep, *(binds.values() if own_root else binds.keys())]
        restrict(readable, ["/tmp"] if own_root else [single["own"], "/tmp"])
    os.chdir(single["cwd"])


def probe() -> dict[str, str]:
    """Return what this system refuses, each with the reason: `root`, `landlock`, `signals`."""
    tries: dict[str, Callable[[], None]] = {
        "root": lambda: enter_own_root([sys.prefix, sys.base_prefix], {}, ""),
        "landlock": lambda: restrict([], []),
        "signals": _demand_scopes,
    }
    return {name: reason for name, attempt in tries.items() if (reason := _refusal(attempt))}


def _refusal(attempt: Callable[[], None]) -> str:
    reads, writes = os.pipe()
    child = os.fork()
    if not child:
        try:
            attempt()
        except OSError as error:
            os.write(writes, f"{error.strerror or error}".encode())
        os._exit(0)
    os.close(writes)
    os.waitpid(child, 0)
    with open(reads, "rb") as said:
        return said.read().decode()


def enter_own_root(
    keep: Iterable[str],
    binds: dict[str, str],
    own: str,
    megabytes: str | None = None,
    ways_in: Iterable[str] = (),
) -> None:
    """Make a root folder with what is needed, and make the real one unreachable."""
    user, group = os.geteuid(), os.getegid()
    _call(libc.unshare, _NEW_USERS | _NEW_MOUNTS | _NEW_IPC)
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user} {user} 1")
    _write("/proc/self/gid_map", f"{group} {group} 1")
    _mount(None, "/", None, _RECURSIVE | _PRIVATE)
    # Opened before anything is covered: a source may be below a folder that is about to be replaced.
    held = {target: os.open(source, os.O_PATH) for target, source in _sources(keep, binds, own).items()}
    links = {path: os.readlink(path) for path in SYSTEM if os.path.islink(path)}
    ways = {path: os.readlink(path) for path in ways_in}
    process_folder = os.open("/proc", os.O_PATH)
    base = "/tmp" if os.path.isdir("/tmp") else "/mnt"
    _mount("tmpfs", base, "tmpfs", 2 | 4, "mode=755,size=4m")
    for path, target in links.items():
        os.symlink(target, base + path)
    for target in sorted(held):
        if target == "/tmp" and megabytes:
            os.makedirs(base + target)
            _mount("tmpfs", base + target, "tmpfs", 2 | 4, f"mode=755,size={megabytes}m")
        else:
            _bind(held[target], base + target, writable=target == "/tmp")
    _bind(process_folder, f"{base}/proc", writable=True)
    for path, target in ways.items():
        if not os.path.lexists(base + path):
            os.makedirs(os.path.dirname(base + path), exist_ok=True)
            os.symlink(target, base + path)
    os.chdir(base)
    _call(libc.syscall, _PIVOT_ROOT, b".", b".")
    _call(libc.umount2, b".", _DETACH)
    os.chdir("/")
    _drop_capabilities()


def _sources(keep: Iterable[str], binds: dict[str, str], own: str) -> dict[str, str]:
    """Return what is shown at each path, by where it is now."""
    here = [*SYSTEM, *(f"/etc/{name}" for name in SETTINGS), *DEVICES, *keep]
    here += [path for path in ABOUT_THE_MACHINE if not path.startswith("/proc/")]
    found = {
        path: path for path in here if os.path.exists(path) and not (path in SYSTEM and os.path.islink(path))
    }
    found |= {target: source for source, target in binds.items()}
    return found | ({"/tmp": own} if own else {})


def _bind(source: int, target: str, *, writable: bool) -> None:
    """Show an open file or folder at a path, which is made."""
    if stat.S_ISDIR(os.fstat(source).st_mode):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.close(os.open(target, os.O_CREAT))
    _mount(f"/proc/self/fd/{source}", target, None, _BIND | _RECURSIVE)
    if not writable:
        have = os.statvfs(target).f_flag
        flags = sum(flag for known, flag in _KEPT_FLAGS.items() if have & known)
        _mount(None, target, None, _BIND | _REMOUNT | _READ_ONLY | flags)


def _drop_capabilities() -> None:
    """In the namespace this process is its root; what it becomes must not be."""
    for capability in range(64):
        libc.prctl(24, capability, 0, 0, 0)
    header, nothing = struct.pack("Ii", 0x20080522, 0), bytes(24)
    _call(libc.capset, header, nothing)


def restrict(readable: Iterable[str], writable: Iterable[str]) -> None:
    """Let this process, and what it becomes, open nothing but this."""
    version = libc.syscall(_CREATE_RULESET, None, 0, 1)
    if version < 1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    handled = (
        _FIRST_RIGHTS | (_REFER * (version >= 2)) | (_TRUNCATE * (version >= 3)) | (_IOCTL * (version >= 5))
    )
    scopes = _SCOPES if version >= 6 else 0
    wanted = struct.pack("QQQ", handled, 0, scopes)
    ruleset = _call(libc.syscall, _CREATE_RULESET, wanted, 24 if version >= 6 else 8, 0)
    see = _EXECUTE | _READ | _LIST
    rules = dict.fromkeys(
        [*SYSTEM, *(f"/etc/{name}" for name in SETTINGS), *ABOUT_THE_MACHINE, *readable], see
    )
    rules |= {"/proc/self": see | _WRITE} | dict.fromkeys(DEVICES, _READ | _WRITE | _IOCTL)
    rules |= dict.fromkeys(writable, handled)
    for path, rights in rules.items():
        _allow(ruleset, path, rights & handled)
    _call(libc.prctl, 38, 1, 0, 0, 0)  # no new privileges, such as of a set-user-id program
    _call(libc.syscall, _RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # this system has no such file
    if not stat.S_ISDIR(os.fstat(opened).st_mode):
        rights &= _OF_FILES
    _call(libc.syscall, _ADD_RULE, ruleset, 1, struct.pack("=Qi", rights, opened), 0)
    os.close(opened)


def _demand_scopes() -> None:
    version = libc.syscall(_CREATE_RULESET, None, 0, 1)
    if 0 < version < 6:
        raise OSError(0, f"the kernel's Landlock is of version {version}, and version 6 is needed")


def _mount(source: str | None, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    words = [word.encode() if word is not None else None for word in (source, target, kind, data)]
    _call(libc.mount, words[0], words[1], words[2], ctypes.c_ulong(flags), words[3])


def _call(function: Callable[..., int], *arguments: object) -> int:
    result = function(*arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


if __name__ == "__main__":
    main(sys.argv[1:])
