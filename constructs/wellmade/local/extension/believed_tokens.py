"""Gap: without a package for cryptography whoever writes a token is who it says, to Cognito and to STS.

Both answer calls that nobody signs, so any user of the machine would get the rights of each role that trusts
an issuer, and of each user of a pool. Here a token counts if a pool of this cloud has signed it. Those of
issuers elsewhere (GitHub, Google) cannot be checked without a network, and are refused with AWS's error; so
is what a SAML provider is said to have answered, of which MiniStack checks no signature either.

Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import re
import time
from collections.abc import Mapping
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import cognito, sts

from .token_keys import published_key
from .token_signatures import is_signed

_UNKNOWN = (
    "Couldn't retrieve verification key from your identity provider; the embedded AWS knows the keys of its "
    "own user pools alone"
)

_CLAIMS = re.compile("iss|aud|exp|iat|jti|origin_jti|auth_time|token_use|client_id|nonce|scope|cognito:.*")
"""What a token says of itself and of groups."""


def apply() -> None:
    """Have every token checked."""
    cognito._signature_valid = _is_ours
    cognito._RSA_PRIVATE_KEY = "a key of ours"  # without one MiniStack checks none
    cognito._saml2_idp_response = _refuse_saml
    _check_web_identities()
    _check_logins()
    _keep_claims()


def _is_ours(token: str) -> bool:
    return is_signed(token, published_key())


def _refuse_saml(_body: bytes, _query: object) -> Any:
    message = "The embedded AWS cannot check who signed an answer of SAML; sign in as a user of the pool"
    return error_response_json("InvalidParameterException", message, 400)


def _check_web_identities() -> None:
    judge = sts._web_identity_trust_denied

    def judge_what_is_signed(role: str, asked: Any, use_json: bool) -> Any:  # noqa: FBT001 - MiniStack's
        token = str(sts._p(asked, "WebIdentityToken"))
        if not _is_ours(token):
            code, message = "InvalidIdentityToken", _UNKNOWN
        elif cognito._token_claims(token).get("exp", 0) <= time.time():
            code, message = "ExpiredTokenException", "Token expired"
        else:
            return judge(role, asked, use_json)
        if use_json:
            return error_response_json(code, message, 400)
        return sts._error(400, code, message, ns="sts")

    sts._web_identity_trust_denied = judge_what_is_signed


def _check_logins() -> None:
    refuse = cognito._identity_logins_error

    def refuse_what_is_unknown(pool: Any, identity: str | None, logins: Any) -> Any:
        # MiniStack believes each provider but a user pool, also with a token that is signed for another.
        named: Mapping[str, Any] = logins if isinstance(logins, dict) else {}
        foreign = [name for name in named if not name.startswith("cognito-idp.")]
        if foreign:
            return error_response_json("NotAuthorizedException", f"{foreign[0]}: {_UNKNOWN}", 400)
        return refuse(pool, identity, logins)

    cognito._identity_logins_error = refuse_what_is_unknown


def _keep_claims() -> None:
    """Let no attribute, which MiniStack holds against no schema, say who has signed a token and for whom."""
    make = cognito._fake_token

    def make_of_attributes(*given: Any, user_attrs: Mapping[str, Any] | None = None, **options: Any) -> Any:
        own = {name: value for name, value in (user_attrs or {}).items() if not _CLAIMS.fullmatch(name)}
        return make(*given, user_attrs=own, **options)

    cognito._fake_token = make_of_attributes
