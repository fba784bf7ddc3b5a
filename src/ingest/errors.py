"""Every error that this package raises on purpose.

IngestError                 something went wrong; the message names the thing and the remedy
  ConfigError               a file, key or argument of the user's is unusable: exit code 2
  BusyError                 another run holds the lock: exit code 2
  WarehouseError            the warehouse cannot be opened, migrated or written: exit code 2
    NewerSchemaError        it was written by a newer version of this program
  FetchError                an address gave no usable answer
    TransientError          it may do so later (time-out, 429, 5xx): worth another try
    GoneError               the server says that there is nothing (404, 410)
    RefusedError            robots.txt, a size limit or the address itself forbids it
  UnreadableError           bytes arrived that no reader understands: goes to quarantine
    LimitError              reading them took too much time or memory
    LayoutError             a selector of the catalogue matches nothing on the page
"""

from __future__ import annotations

import traceback


class IngestError(Exception):
    """The root: the message is one clear line for the user."""


class ConfigError(IngestError):
    """A file, key or argument of the user's is unusable."""


class BusyError(IngestError):
    """Another run holds the lock."""


class WarehouseError(IngestError):
    """The warehouse cannot be opened, migrated or written."""


class NewerSchemaError(WarehouseError):
    """The warehouse was written by a newer version of this program."""


class FetchError(IngestError):
    """An address gave no usable answer."""


class TransientError(FetchError):
    """An address gave no usable answer now, but may later.

    `wait` is how many seconds its host asks for; `was_asked` is false where the address was spared, because the
    host is to be left alone.
    """

    def __init__(self, message: str, *, wait: float = 0.0, was_asked: bool = True) -> None:
        super().__init__(message)
        self.wait = wait
        self.was_asked = was_asked


class GoneError(FetchError):
    """The server says that there is nothing under the address."""


class RefusedError(FetchError):
    """robots.txt, a limit of ours or the address itself forbids the request."""


class UnreadableError(IngestError):
    """Bytes arrived that no reader understands."""


class LimitError(UnreadableError):
    """Reading the bytes took more time or memory than allowed."""


class LayoutError(UnreadableError):
    """A selector of the catalogue matches nothing on the page."""


def because(error: Exception) -> str:
    """Say why in the system's words, without its number and without the file, which the message names."""
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)


def fault_of_ours(error: Exception) -> str:
    """Say that a rule of ours failed on what came from outside, and which."""
    where = traceback.extract_tb(error.__traceback__)[-1].name
    return f"a rule failed on it ({type(error).__name__} in {where}: {error}): a fault of this program; report it"
