"""Gap: a task and a function have a network of their own on AWS; here what listens everywhere is everybody's.

So a server of Python or Node listens at the address of its task, or at this machine's own where it is a
function. Those of others cannot be asked, and are told of, see `open_ports`.
"""

import json
from pathlib import Path

FOR_NODE = Path(__file__).with_suffix(".cjs")
"""To be required by a process before its program."""

IN_PYTHON = """
def _listen_at_home(own):
    import ipaddress, socket
    bind = socket.socket.bind

    def is_at_home(family, host):
        if not host:
            return False
        try:
            host = socket.getaddrinfo(host, None, family)[0][4][0].partition("%")[0]
        except OSError:
            return True  # whoever binds to it is told that there is no such name
        found = ipaddress.ip_address(host)
        return (getattr(found, "ipv4_mapped", None) or found).is_loopback

    def own6(self):
        alone = self.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)
        return "::1" if alone else f"::ffff:{own}"

    def bind_at_home(self, address):
        of_ip = self.family in (socket.AF_INET, socket.AF_INET6)
        if of_ip and isinstance(address, tuple) and len(address) > 1:
            host, port, *rest = address
            # A socket of UDP without a port of its own serves nobody, and must reach others.
            serves = self.type == socket.SOCK_STREAM or (self.type == socket.SOCK_DGRAM and port)
            if serves and not is_at_home(self.family, host):
                address = (own if self.family == socket.AF_INET else own6(self), port, *rest)
        return bind(self, address)

    socket.socket.bind = bind_at_home

"""
"""To be run by a process before its program, and then called with the address."""


def node_options(given: str) -> str:
    """Return what makes Node require it, behind the options that are given."""
    return " ".join(filter(None, [given, f"--require {json.dumps(str(FOR_NODE), ensure_ascii=False)}"]))
