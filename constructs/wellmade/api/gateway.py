"""The two kinds of API."""

from wellmade.api.http_gateway import HttpGateway
from wellmade.api.rest_gateway import RestGateway

Gateway = HttpGateway | RestGateway
"""An API with its stage, routes and authorizers."""
