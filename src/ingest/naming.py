"""What users call authorities and themes: their own names made known, and what they type found."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from ingest.errors import ConfigError
from ingest.reference import load, load_themes, own_names, use_names
from ingest.settings import Settings


def use_own_names(settings: Settings) -> None:
    """Know the user's names from now on; raise ConfigError where file or keys are unusable."""
    use_names(own_names(settings.aliases_file, settings.aliases, settings.not_authorities))


def authority_named(name: str) -> str:
    """Return the GSS code of an authority given by code or name; raise ConfigError with the nearest names."""
    gazetteer = load()
    found = gazetteer.by_gss(name) or gazetteer.by_name(name)
    if found is None:
        raise ConfigError(f"no authority {name!r}{_nearest(gazetteer.nearest(name), 'authority')}")
    return found.gss


def theme_named(name: str) -> str:
    """Return the id of a theme given by id or name; raise ConfigError with the nearest ids."""
    themes = load_themes()
    spelt = {word.casefold(): theme.theme_id for theme in themes for word in (theme.theme_id, theme.name)}
    found = spelt.get(name.casefold())
    if found is None:
        close = difflib.get_close_matches(name.casefold(), spelt, n=6, cutoff=0.4)
        nearest = list(dict.fromkeys(spelt[word] for word in close))[:3]
        raise ConfigError(f"no theme {name!r}{_nearest(nearest, 'theme')}")
    return found


def _nearest(names: Sequence[str], table: str) -> str:
    if names:
        return f"; did you mean {' or '.join(names)}?"
    return f'; `ingest sql "FROM {table}"` shows all.'
