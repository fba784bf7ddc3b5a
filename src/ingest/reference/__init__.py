"""Facts that every stage may use: England's authorities, who delivers services for them, the themes."""

from ingest.reference.authorities import Authority, DeliveryBody, Gazetteer, load
from ingest.reference.themes import Theme, load_themes

__all__ = ["Authority", "DeliveryBody", "Gazetteer", "Theme", "load", "load_themes"]
