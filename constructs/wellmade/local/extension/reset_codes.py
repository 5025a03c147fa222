"""Gap: who forgot a password is sent the same code each time, so whoever asks has any user's account.

Nobody signs that call. Here the code is drawn anew and tried five times at most; since no mail leaves this
machine, it is written into a log group, which only who holds the keys of this run may read.

Source: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import secrets
from typing import Any

from ministack.services import cognito

from .log_groups import write_line

GROUP = "/wellmade/codes"
TRIES = 5
_TRIED = "_reset_code_tries"


def apply() -> None:
    """Draw codes, and forget one that was guessed at."""
    send, judge = cognito._send_verification_email, cognito._confirmation_code_error

    def send_drawn(pool: Any, username: str, attributes: Any, code: str, **options: Any) -> Any:
        if options.get("attribute_name") == "password":
            code = f"{secrets.randbelow(10**6):06}"
            user = cognito._resolve_user(pool, username)[0]
            user.update({"_reset_code": code, _TRIED: 0})
            write_line(GROUP, str(pool["Id"]), f"{username} may set a new password with the code {code}")
        return send(pool, username, attributes, code, **options)

    def judge_what_is_not_guessed(action: str, asked: dict[str, Any]) -> Any:
        if action == "ConfirmForgotPassword":
            _count(asked)
        return judge(action, asked)

    cognito._send_verification_email = send_drawn
    cognito._confirmation_code_error = judge_what_is_not_guessed


def _count(asked: dict[str, Any]) -> None:
    """Forget a code that was tried too often."""
    pool = cognito._pool_for_client(asked.get("ClientId"))[0]
    user = cognito._resolve_user(pool, asked.get("Username"))[0] if pool else None
    if user:
        user[_TRIED] = user.get(_TRIED, 0) + 1
        if user[_TRIED] > TRIES:
            user.pop("_reset_code", None)
