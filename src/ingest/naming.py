"""Makes the user's own names of authorities known, from settings to the gazetteer."""

from __future__ import annotations

from ingest.reference import own_names, use_names
from ingest.settings import Settings


def use_own_names(settings: Settings) -> None:
    """Know the user's names from now on; raise ConfigError where file or keys are unusable."""
    use_names(own_names(settings.aliases_file, settings.aliases, settings.not_authorities))
