"""The search page and its index."""

from __future__ import annotations

from ingest.site.content import SiteContent
from ingest.site.search import entries, index_files
from ingest.site.unit import Unit, page
from ingest.site.words import POLARITIES


def search_units(content: SiteContent) -> list[Unit]:
    """Return the page and the files of the index."""
    places = [place.authority for place in content.places]
    themes = [subject.theme for subject in content.subjects]
    years = sorted({event.published_on.year for event in content.events if event.published_on}, reverse=True)
    shown = page(
        content,
        "search.html",
        "search.html.j2",
        (places, themes, years),
        places=places,
        topics=themes,
        years=years,
        kinds=POLARITIES,
    )
    inputs = repr((places, themes, [event.digest for event in content.events]))
    return [shown, Unit("search", inputs, lambda: index_files(entries(content), content))]
