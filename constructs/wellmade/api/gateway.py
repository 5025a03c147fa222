"""The kinds of API."""

from wellmade.api.http_gateway import HttpGateway
from wellmade.api.job_gateway import JobGateway
from wellmade.api.rest_gateway import RestGateway

Gateway = HttpGateway | RestGateway | JobGateway
"""An API with its stage, routes and authorizers."""
