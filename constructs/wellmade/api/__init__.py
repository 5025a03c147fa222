"""Work that is asked for over HTTP."""

from wellmade.api.api_log_role import ApiLogRole
from wellmade.api.async_api import AsyncApi
from wellmade.api.authorizers import (
    CognitoAuthorizer,
    IamAuthorizer,
    JwtAuthorizer,
    LambdaAuthorizer,
    NoAuthorizer,
)
from wellmade.api.cors import Cors
from wellmade.api.custom_domain import CustomDomain
from wellmade.api.lambda_api import LambdaApi
from wellmade.api.lookup_budget import Lookup
from wellmade.api.route import Route
from wellmade.api.scoring_api import ScoringApi
from wellmade.api.tenant_api import TenantApi
from wellmade.api.throttle import Throttle
from wellmade.api.tier import Tier
from wellmade.api.upload_portal import UploadPortal
from wellmade.kit.option_classes import check_options

__all__ = [
    "ApiLogRole",
    "AsyncApi",
    "CognitoAuthorizer",
    "Cors",
    "CustomDomain",
    "IamAuthorizer",
    "JwtAuthorizer",
    "LambdaApi",
    "LambdaAuthorizer",
    "Lookup",
    "NoAuthorizer",
    "Route",
    "ScoringApi",
    "TenantApi",
    "Throttle",
    "Tier",
    "UploadPortal",
]

check_options(__name__)
