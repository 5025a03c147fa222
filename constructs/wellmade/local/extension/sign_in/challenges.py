"""Gap: whoever answers a challenge that nobody was given is signed in as whom they name.

Nobody signs `RespondToAuthChallenge`; what lets its caller in is the session that came with the challenge, to
who had shown the password. MiniStack looks at none, so a new password could be set for any user. Here a
session counts for the challenge, the client and the user that it was given for, as long as the client says,
once. Users of another provider have no password here, which MiniStack takes for one that every password fits.

Source: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import cognito

from .codes import TRIES

Record = dict[str, Any]
Respond = Callable[[Record], Any]

_CHECKED_BY_MINISTACK = ("CUSTOM_CHALLENGE", "PASSWORD_VERIFIER")
"""It keeps sessions of these itself."""


@dataclass
class _Session:
    challenge: str
    client: str
    user: str
    until: float
    tries: int = 0


_open: dict[str, _Session] = {}


def apply() -> None:
    """Remember sessions, and take no other."""
    answer = cognito._password_auth_result

    def answer_and_remember(
        pool: Record, pid: str, client: str, user: Record, *more: Any, **data: Any
    ) -> Any:
        status, headers, body = answer(pool, pid, client, user, *more, **data)
        said = json.loads(body)
        if session := said.get("Session"):
            minutes = pool["_clients"][client].get("AuthSessionValidity") or 3
            until = time.time() + 60 * minutes
            _open[session] = _Session(said["ChallengeName"], client, user["Username"], until)
        return status, headers, body

    cognito._password_auth_result = answer_and_remember
    cognito._password_signin_refused = _unless_of_another_provider(cognito._password_signin_refused)
    cognito._respond_to_auth_challenge = _in_a_session(cognito._respond_to_auth_challenge)
    cognito._admin_respond_to_auth_challenge = _in_a_session(cognito._admin_respond_to_auth_challenge)


def _unless_of_another_provider(refuse: Respond) -> Respond:
    def refuse_without_a_password(user: Record) -> Any:
        if not user.get("_password"):
            return error_response_json("NotAuthorizedException", "Incorrect username or password.", 400)
        return refuse(user)

    return refuse_without_a_password


def _in_a_session(respond: Respond) -> Respond:
    def respond_where_asked(asked: Record) -> Any:
        if asked.get("ChallengeName") in _CHECKED_BY_MINISTACK:
            return respond(asked)
        name = str(asked.get("Session"))
        session = _open.get(name)
        if session is None or not _is_of(session, asked):
            return error_response_json("NotAuthorizedException", "Invalid session for the user.", 400)
        session.tries += 1
        answer = respond(asked)
        if answer[0] == 200 or session.tries >= TRIES:
            del _open[name]
        return answer

    return respond_where_asked


def _is_of(session: _Session, asked: Record) -> bool:
    client = asked.get("ClientId")
    pool = cognito._pool_for_client(client)[0]
    user = (
        cognito._resolve_user(pool, (asked.get("ChallengeResponses") or {}).get("USERNAME"))[0]
        if pool
        else None
    )
    return (
        session.challenge == asked.get("ChallengeName")
        and session.client == client
        and user is not None
        and session.user == user["Username"]
        and time.time() < session.until
    )
