"""News and Ofsted reports about English councils' children's services: found, read, classified, stored."""

__version__ = "0.1.0"
