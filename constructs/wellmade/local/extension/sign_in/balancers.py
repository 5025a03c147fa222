"""Gap: whoever writes a cookie is signed in at a load balancer, as whom they say.

On AWS a session stands in a cookie that only the load balancer can write. Here it is signed with a key of
this run, and counts for the load balancer and the provider that it was given for.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from ministack.services import alb

Session = Mapping[str, Any]

_KEY = secrets.token_bytes(32)
_asked: ContextVar[str] = ContextVar("_asked", default="")
"""The load balancer that is asked, and its provider."""


def apply() -> None:
    """Sign sessions, and believe no other."""
    authenticate, write, read = alb._authenticate_oidc, alb._oidc_session_cookies, alb._oidc_read_session

    async def authenticate_by_its_own(action: Session, *given: Any, **options: Any) -> Any:
        provider = action.get("AuthenticateOidcConfig") or {}
        named = [options.get("lb_arn"), provider.get("Issuer"), provider.get("ClientId")]
        _asked.set(json.dumps(named))
        return await authenticate(action, *given, **options)

    def write_signed(name: str, session: Session, *given: Any, **options: Any) -> Any:
        return write(name, {"session": session, "signature": _signature(session)}, *given, **options)

    def read_signed(jar: Mapping[str, str], name: str) -> Session | None:
        found = read(jar, name)
        session = found.get("session") if isinstance(found, Mapping) else None
        if not isinstance(session, Mapping):
            return None
        return session if hmac.compare_digest(_signature(session), str(found.get("signature"))) else None

    alb._authenticate_oidc = authenticate_by_its_own
    alb._oidc_session_cookies, alb._oidc_read_session = write_signed, read_signed


def _signature(session: Session) -> str:
    text = json.dumps([_asked.get(), session], sort_keys=True)
    return hmac.new(_KEY, text.encode(), hashlib.sha256).hexdigest()
