"""What an API of either kind is made from, checked and complete."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_kms as kms

from wellmade.api.api_functions import ApiFunctions
from wellmade.api.cors import Cors
from wellmade.api.route import Route
from wellmade.api.throttle import Throttle
from wellmade.foundation.function_option import Handling


@dataclass(frozen=True)
class Plan:
    """What an API is made from, checked and complete."""

    routes: Mapping[str, Route]
    functions: Mapping[str, Handling]
    """By route."""
    pool: ApiFunctions
    """Where functions of authorizers come from."""
    throttle: Throttle
    cors: Cors | None
    integration_timeout: Duration
    default_endpoint: bool
    encryption_key: kms.IKey | None
