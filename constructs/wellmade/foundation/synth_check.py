"""Rules that can be judged only when everything is defined."""

from collections.abc import Callable
from typing import cast

import jsii
from constructs import IConstruct, IValidation


def check_at_synth(scope: IConstruct, check: Callable[[], list[str]]) -> None:
    """Run `check` when the app is synthesized; each sentence it returns fails the synth.

    One call per construct that asks for it, where an aspect would cost one per node of the tree.
    """
    scope.node.add_validation(cast(IValidation, _Check(check)))


@jsii.implements(IValidation)
class _Check:
    def __init__(self, check: Callable[[], list[str]]) -> None:
        self._check = check

    def validate(self) -> list[str]:
        """Return a sentence for each rule that is broken."""
        return self._check()
