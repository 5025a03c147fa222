"""Gap: the codes that a user pool sends are the same for everybody, so whoever asks has any user's account.

Nobody signs the calls that take them. Here each code is drawn when it is sent and tried five times at most;
since no mail leaves this machine, it is written into a log group, which only who holds the keys of this run
may read. So is a temporary password, which nobody else could tell its user.

Source: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ministack.services import cognito

from ..log_groups import write_line  # noqa: TID252 - this package has another name where it runs

GROUP = "/wellmade/codes"
TRIES = 5

Record = dict[str, Any]


@dataclass(frozen=True)
class _Kind:
    kept: str
    """Where MiniStack keeps it of a user."""
    purpose: str

    @property
    def tried(self) -> str:
        return f"{self.kept}_tries"


_RESET = _Kind("_reset_code", "set a new password")
_SIGN_UP = _Kind("_confirmation_code", "confirm the sign-up")
_TAKEN_BY = {"ConfirmForgotPassword": _RESET, "ConfirmSignUp": _SIGN_UP}


def apply() -> None:
    """Draw codes, tell them, and forget one that was guessed at."""
    _draw_what_is_sent()
    _draw_what_is_not_sent()
    _forget_what_is_guessed_at()
    _draw_for_sign_ins()
    _tell_temporary_passwords()


def _draw_what_is_sent() -> None:
    send = cognito._send_verification_email

    def send_drawn(pool: Record, username: str, attributes: Any, code: str, **options: Any) -> Any:
        user = cognito._resolve_user(pool, username)[0]
        code = _drawn(pool, user, _RESET if options.get("attribute_name") == "password" else _SIGN_UP)
        return send(pool, username, attributes, code, **options)

    cognito._send_verification_email = send_drawn


def _draw_what_is_not_sent() -> None:
    """Draw for who signs up without an address for mails, too."""
    sign_up = cognito._sign_up

    def sign_up_with_drawn(asked: Record) -> Any:
        answer = sign_up(asked)
        pool, user = _asked_for(asked)
        if pool and user and user.get("UserStatus") == "UNCONFIRMED" and _SIGN_UP.tried not in user:
            _drawn(pool, user, _SIGN_UP)
        return answer

    cognito._sign_up = sign_up_with_drawn


def _drawn(pool: Record, user: Record, kind: _Kind) -> str:
    code = f"{secrets.randbelow(10**6):06}"
    user.update({kind.kept: code, kind.tried: 0})
    _tell(pool, f"{user['Username']} may {kind.purpose} with the code {code}")
    return code


def _tell(pool: Mapping[str, Any], what: str) -> None:
    write_line(GROUP, str(pool["Id"]), what)


def _asked_for(asked: Mapping[str, Any]) -> tuple[Record | None, Record | None]:
    pool = cognito._pool_for_client(asked.get("ClientId"))[0]
    return pool, cognito._resolve_user(pool, asked.get("Username"))[0] if pool else None


def _forget_what_is_guessed_at() -> None:
    judge = cognito._confirmation_code_error

    def judge_what_is_not_guessed(action: str, asked: Record) -> Any:
        kind, user = _TAKEN_BY.get(action), _asked_for(asked)[1]
        if kind and user:
            user[kind.tried] = user.get(kind.tried, 0) + 1
            if user[kind.tried] > TRIES:
                user.pop(kind.kept, None)
        return judge(action, asked)

    cognito._confirmation_code_error = judge_what_is_not_guessed


def _draw_for_sign_ins() -> None:
    """Draw the code that the sign-in page sends, of eight digits as on AWS."""
    begin, submit = cognito._begin_user_auth_challenge, cognito._handle_user_auth_submit
    one_at_a_time = threading.Lock()

    def begin_with_drawn(pool: Record, token: str, session: Record, challenge: str) -> Any:
        with one_at_a_time:
            cognito._EMAIL_OTP_CODE = f"{secrets.randbelow(10**8):08}"
            page = begin(pool, token, session, challenge)
        if "otp_code" in session:
            _tell(pool, f"{session['username']} may sign in with the code {session['otp_code']}")
        return page

    def submit_what_is_not_guessed(token: str, form: Mapping[str, str]) -> Any:
        session = cognito._pending_user_auth.get(token)
        if session and "code" in form:
            session["tries"] = session.get("tries", 0) + 1
            if session["tries"] > TRIES:
                session.pop("otp_code", None)
        return submit(token, form)

    cognito._begin_user_auth_challenge = begin_with_drawn
    cognito._handle_user_auth_submit = submit_what_is_not_guessed


def _tell_temporary_passwords() -> None:
    render: Callable[..., Any] = cognito._render_invitation_message

    def render_and_tell(pool: Record, username: str, password: str, *more: Any, **options: Any) -> Any:
        message = render(pool, username, password, *more, **options)
        _tell(pool, f"{username} may sign in with the temporary password {password}")
        return message

    cognito._render_invitation_message = render_and_tell
