"""Gap: users write of themselves what they may not, such as that their address is verified, or who they are.

On AWS an app client writes what its `WriteAttributes` name, none of a client what the pool itself knows
(`sub`, `email_verified`) or developers keep (`dev:`), and nobody an attribute that may not change. An address
that changes is no longer verified.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import re
from collections.abc import Callable, Mapping
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import cognito

Record = dict[str, Any]
Operation = Callable[[Record], Any]

_OF_THE_POOL = re.compile("sub|email_verified|phone_number_verified|identities|cognito:.*|dev:.*")
_ADDRESSES = ("email", "phone_number")


def apply() -> None:
    """Refuse what a user may not write."""
    sign_up, update = cognito._sign_up, cognito._update_user_attributes

    def sign_up_with_own(asked: Record) -> Any:
        pool = cognito._pool_for_client(asked.get("ClientId"))[0]
        return _refusal(pool, asked.get("ClientId"), _given(asked)) or sign_up(asked)

    def update_own(asked: Record) -> Any:
        user, pool = cognito._user_pool_for_access_token(asked.get("AccessToken"))
        if not user:
            return update(asked)
        client, given = cognito._token_claims(asked["AccessToken"]).get("client_id"), _given(asked)
        if refusal := _refusal(pool, client, given) or _fixed(pool, given):
            return refusal
        had = cognito._attr_list_to_dict(user.get("Attributes", []))
        changed = [each for each in _ADDRESSES if each in given and given[each] != had.get(each)]
        unverified = [{"Name": f"{each}_verified", "Value": "false"} for each in changed]
        return update({**asked, "UserAttributes": [*asked["UserAttributes"], *unverified]})

    cognito._sign_up, cognito._update_user_attributes = sign_up_with_own, update_own


def _given(asked: Record) -> Mapping[str, str]:
    given: dict[str, str] = cognito._attr_list_to_dict(asked.get("UserAttributes") or [])
    return given


def _refusal(pool: Record | None, client: Any, given: Mapping[str, str]) -> Any:
    """Return AWS's error where a client may not write something."""
    writable = ((pool or {}).get("_clients", {}).get(client) or {}).get("WriteAttributes") or given
    if any(_OF_THE_POOL.fullmatch(name) or name not in writable for name in given):
        message = "A client attempted to write unauthorized attribute"
        return error_response_json("NotAuthorizedException", message, 400)
    return None


def _fixed(pool: Record, given: Mapping[str, str]) -> Any:
    """Return AWS's error where something may not change."""
    schema = cognito._ensure_schema_attributes(pool)["SchemaAttributes"]
    fixed = next(
        (each["Name"] for each in schema if each["Name"] in given and not each.get("Mutable", True)), None
    )
    if fixed is None:
        return None
    return error_response_json(
        "InvalidParameterException", f"user.{fixed}: Attribute cannot be updated.\n", 400
    )
