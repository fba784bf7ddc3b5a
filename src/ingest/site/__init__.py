"""The static site: pages, charts, feeds and an offline search made from what a reader of the warehouse gives."""

from ingest.site.build import Built, build_site
from ingest.site.content import SiteContent
from ingest.site.gathering import gather

__all__ = ["Built", "SiteContent", "build_site", "gather"]
