"""Shows the versions of a document: what each says otherwise, where it stood, and when it was withdrawn."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from ingest.desk.correcting import named_document
from ingest.load import Reader
from ingest.load.versions import Version, absences_of, addresses_of, versions_of
from ingest.model import Hunk, TextChange
from ingest.wording import counted

_AROUND = 40
"""Characters of unchanged text that are shown on both sides of a change."""
_MOST = 12
"""Changes that are shown of one version."""


def show_versions(reader: Reader, words: str, console: Console) -> None:
    """Print the versions of the document with this id or address, or the beginning of either.

    Raises:
        ConfigError: no document or several begin so.
    """
    document_id = named_document(reader, words)["document_id"]
    versions = versions_of(reader, document_id)
    current = versions[-1]
    console.print(Text(current.title, "bold"), soft_wrap=True)
    console.print(f"{current.url}  ({document_id})", markup=False, highlight=False, soft_wrap=True)
    for before in addresses_of(reader, document_id):
        console.print(f"moved from {before}", markup=False, highlight=False, soft_wrap=True)
    for absence in absences_of(reader, document_id):
        reason = "its page is gone" if absence.reason == "gone" else "its source announces it no more"
        back = f", back since {absence.back_at:%Y-%m-%d}" if absence.back_at else ""
        console.print(
            Text(f"withdrawn: {reason}, noted {absence.noted_at:%Y-%m-%d}{back}", "" if back else "red")
        )
    for version in versions:
        console.print()
        for line in _told(version):
            console.print(line, soft_wrap=True)


def _told(version: Version) -> Iterator[Text]:
    head = f"Version {version.version}, fetched {version.fetched_at:%Y-%m-%d %H:%M} UTC"
    yield Text(f"{head}, {version.characters:,} characters", "bold")
    change = version.change
    if version.version == 1:
        return
    if change is None:
        yield Text("not compared yet: the next run does it", "dim")
        return
    yield Text(
        f"{counted(change.words_removed, 'word')} removed, {change.words_added:,} added{_coarse(change)}",
        "dim",
    )
    if change.old_title is not None:
        yield Text.assemble("title: ", (change.old_title, "red strike"), " -> ", (version.title, "green"))
    for hunk in change.hunks[:_MOST]:
        yield _hunk(hunk, version.text)
    if len(change.hunks) > _MOST:
        yield Text(f"... and {len(change.hunks) - _MOST} more in the table document_change", "dim")


def _hunk(hunk: Hunk, text: str) -> Text:
    left = " ".join(text[max(0, hunk.new_start - _AROUND) : hunk.new_start].split())
    right = " ".join(text[hunk.new_end : hunk.new_end + _AROUND].split())
    parts: list[str | tuple[str, str]] = [f"  ... {left} "]
    if hunk.old_words:
        parts.append((f"[-{hunk.old_words}-]", "red"))
    if hunk.new_words:
        parts.append((f"{{+{hunk.new_words}+}}", "green"))
    return Text.assemble(*parts, f" {right} ...")


def _coarse(change: TextChange) -> str:
    return " (too long to be compared word by word in places)" if change.is_coarse else ""
