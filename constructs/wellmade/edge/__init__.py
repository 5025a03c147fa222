"""What is delivered from edge locations, close to who reads it."""

from wellmade.edge.edge_site import EdgeSite
from wellmade.edge.site_domain import SiteDomain
from wellmade.kit.option_classes import check_options

__all__ = ["EdgeSite", "SiteDomain"]

check_options(__name__)
