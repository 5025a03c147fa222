"""Gap: an SDK that a function brings along and that is older than July 2023 asks the real AWS.

It does not know AWS_ENDPOINT_URL. Nor does code that puts an address together by itself, such as that of a
user pool's keys or of an API. Addresses of S3 are left alone where no SDK makes them: what they name may be
public data of somebody else's. MiniStack does the same for Node.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

from ministack.core import lambda_runtime

from .workers import replaced

_HERE = r'''
def _stay_here():
    """Lead connections to services of AWS to this one, which speaks no TLS on the loopback."""
    import re
    import socket
    import ssl
    from urllib.parse import urlsplit

    here = urlsplit(os.environ.get("AWS_ENDPOINT_URL", ""))
    service = re.compile(r"(?:[a-z0-9-]+\.)?(?!s3)[a-z0-9-]+\.[a-z]{2}(?:-[a-z]+)+-\d\.amazonaws\.com")
    if not here.port:
        return
    look_up, wrap = socket.getaddrinfo, ssl.SSLContext.wrap_socket

    class Plain(socket.socket):
        host = ""

        def getpeercert(self, binary_form=False):
            return b"" if binary_form else {"subjectAltName": (("DNS", self.host),)}

        def version(self):
            return None

        cipher = selected_alpn_protocol = selected_npn_protocol = version

    def look_up_here(host, port, *rest, **options):
        if isinstance(host, str) and service.fullmatch(host) and str(port) in ("443", "https"):
            host, port = here.hostname, here.port
        return look_up(host, port, *rest, **options)

    def wrap_elsewhere(context, sock, *rest, **options):
        host = options.get("server_hostname")
        if not isinstance(host, str) or not service.fullmatch(host):
            return wrap(context, sock, *rest, **options)
        limit = sock.gettimeout()
        plain = Plain(fileno=sock.detach())
        plain.settimeout(limit)
        plain.host = host
        return plain

    socket.getaddrinfo, ssl.SSLContext.wrap_socket = look_up_here, wrap_elsewhere


def _lead_old_sdk():
    """Give clients of a botocore before 1.31 the endpoint that it does not read itself."""
    import importlib.util
    import re

    found = importlib.util.find_spec("botocore")
    if not found or not found.origin:
        return
    with open(found.origin) as source:
        version = re.search(r"__version__ = .(\d+)\.(\d+)", source.read())
    if not version or (int(version[1]), int(version[2])) >= (1, 31):
        return
    from botocore.client import ClientCreator

    create = ClientCreator.create_client

    def create_here(self, service_name, region_name, is_secure=True, endpoint_url=None, *rest, **named):
        url = endpoint_url or os.environ.get("AWS_ENDPOINT_URL")
        return create(self, service_name, region_name, is_secure, url, *rest, **named)

    ClientCreator.create_client = create_here
'''
_BEFORE_THE_HANDLER = (
    "        mod = importlib.import_module(module_name)\n",
    "        _stay_here()\n        _lead_old_sdk()\n        mod = importlib.import_module(module_name)\n",
)


def apply() -> None:
    """Keep what functions in Python ask of AWS here."""
    script = replaced(lambda_runtime._PYTHON_WORKER_SCRIPT, *_BEFORE_THE_HANDLER)
    lambda_runtime._PYTHON_WORKER_SCRIPT = _HERE + script
