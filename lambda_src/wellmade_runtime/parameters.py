"""Parameters of Systems Manager, kept for a while."""

from typing import TYPE_CHECKING

from wellmade_runtime.cached_values import FIVE_MINUTES, CachedValues

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient


class Parameters:
    """Parameters by name or ARN; needs `ssm:GetParameter`, and `kms:Decrypt` for a SecureString.

    Args:
        client: Client of Systems Manager; see `wellmade_runtime.clients`.
        ttl: Most seconds that a parameter is kept. Default: 5 minutes.
    """

    def __init__(self, client: "SSMClient", *, ttl: float = FIVE_MINUTES) -> None:
        self._client = client
        self._texts = CachedValues(self._fetch, ttl=ttl)

    def text(self, parameter: str) -> str:
        """Return a parameter; a SecureString is decrypted.

        Raises:
            ClientError: If it does not exist, or may not be read.
        """
        return self._texts.get(parameter)

    def texts(self, parameter: str) -> list[str]:
        """Return the parts of a StringList; see `text`."""
        return self.text(parameter).split(",")

    def forget(self, parameter: str) -> None:
        """Fetch a parameter anew when it is next asked for."""
        self._texts.forget(parameter)

    def _fetch(self, parameter: str) -> str:
        return self._client.get_parameter(Name=parameter, WithDecryption=True)["Parameter"]["Value"]
