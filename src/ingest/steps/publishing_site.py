"""The static site from the readers' copy of the warehouse: what `ingest site` does."""

from __future__ import annotations

from pathlib import Path

from ingest.load import open_published, site_content
from ingest.naming import use_own_names
from ingest.reference import load as load_gazetteer
from ingest.reference.neighbours import load_neighbours
from ingest.reference.themes import load_themes
from ingest.settings import Settings
from ingest.site import Built, SiteContent, build_site, gather
from ingest.site.build import Report


def publish_site(
    settings: Settings, out: Path | None = None, *, base_url: str = "", report: Report | None = None
) -> tuple[SiteContent, Built]:
    """Write the site from the newest published copy into `out` (default `<data_dir>/site`).

    Raises:
        WarehouseError: there is no published copy yet, or it cannot be read.
        ConfigError: the folder holds something else, or cannot be written.
    """
    use_own_names(settings)
    with open_published(settings.published_place) as reader:
        shown = site_content(reader)
    content = gather(shown, load_gazetteer().all, load_themes(), load_neighbours())
    return content, build_site(
        content,
        out or settings.data_dir / "site",
        base_url=base_url or settings.site_url,
        report=report,
    )
