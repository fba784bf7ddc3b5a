"""All that the site consists of: each unit says from what it is made and how."""

from __future__ import annotations

from ingest.site.authority_page import authority_units
from ingest.site.content import SiteContent
from ingest.site.feeds import feed_units
from ingest.site.front_page import front_units
from ingest.site.search_page import search_units
from ingest.site.status_page import status_units
from ingest.site.story_page import story_units
from ingest.site.theme_page import theme_units
from ingest.site.unit import Unit, asset_unit


def units(content: SiteContent, base_url: str) -> list[Unit]:
    """Return every unit of the site; nothing is drawn yet."""
    return [
        asset_unit(),
        *front_units(content),
        *authority_units(content),
        *theme_units(content),
        *story_units(content),
        *search_units(content),
        *feed_units(content, base_url),
        *status_units(content),
    ]
