"""Which names and values give a secret away."""

import re

_NAME = re.compile(
    r"(?:^|_)(?:PASSWORD|PASSWD|PASS|PGPASSWORD|SECRET|SECRET_KEY|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIALS?)$"
)
_HARMLESS = re.compile(r"(?:^|_)(?:CSRF|XSRF|PAGE|NEXT)_TOKEN$")
_VALUE = re.compile(
    r"^(?:AKIA|ASIA)[A-Z0-9]{16}$|-----BEGIN [A-Z ]*PRIVATE KEY-----|^gh[pousr]_\w{36,}$|^xox[abpors]-|"
    r"^sk_live_|://[^/@:\s]+:[^/@\s]+@"
)


def looks_secret(name: str, value: str) -> bool:
    """Tell whether a variable gives a secret away, by its name or by its value."""
    by_name = (
        _NAME.search(name.upper()) and not _HARMLESS.search(name.upper()) and not value.startswith("arn:")
    )
    return bool(by_name or _VALUE.search(value))
