"""Apps of tests on a CDK before 2.275, which does not know that its validation can be left out."""

from inspect import signature
from typing import Any

import aws_cdk as cdk

_OPTION = "builtin_cloud_formation_validation"


def take_newer_options() -> None:
    """Let `App` pass over the option where it does not know it."""
    define = cdk.App.__init__
    if _OPTION in signature(define).parameters:
        return

    def define_without(app: cdk.App, **options: Any) -> None:
        options.pop(_OPTION, None)
        define(app, **options)

    cdk.App.__init__ = define_without  # type: ignore[method-assign, assignment]
