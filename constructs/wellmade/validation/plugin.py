"""What every plugin tells CDK about itself."""

from importlib.metadata import PackageNotFoundError, version
from typing import ClassVar


class Plugin:
    """Base of the plugins: their name, version and rules."""

    _NAME: ClassVar[str]

    @property
    def name(self) -> str:
        """How CDK's report calls the plugin."""
        return self._NAME

    @property
    def version(self) -> str | None:
        """The version of Wellmade; None where it runs from a folder that is not installed."""
        try:
            return version("wellmade")
        except PackageNotFoundError:
            return None

    @property
    def rule_ids(self) -> list[str] | None:
        """None: CDK would only send them to its analytics."""
        return None
