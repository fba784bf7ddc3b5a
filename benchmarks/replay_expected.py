"""What each watch should be told in the replayed year, worked out from the tables and the times of arrival.

Nothing of `ingest.alerts` is used: a second telling of the rules, in plain loops over what SQL gives.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ingest.load import Reader

Telling = tuple[str, str, str, str, int]
"""(recipient, watch, story_id, gss, hour)."""

_LINKS = """
SELECT l.story_id, l.gss, d.document_id, d.version, d.duplicate_of,
    coalesce(c.relation = 'primary', false) AS is_primary,
FROM story_document AS l
JOIN story AS s USING (story_id)
JOIN document AS d ON d.document_id = l.document_id AND d.is_current
LEFT JOIN inspection_document AS c ON c.document_id = d.document_id AND c.inspection_id = s.inspection_id
WHERE l.gss IS NOT NULL AND (NOT d.is_sensitive OR starts_with(d.kind, 'ofsted_'))
"""
_FINDINGS = """
SELECT l.story_id, f.gss, f.document_id, f.version, f.polarity, f.is_inspectorate, f.quote,
    (SELECT coalesce(list(t.theme_id), []) FROM finding_theme AS t WHERE t.finding_id = f.finding_id) AS themes,
FROM finding AS f
JOIN story_document AS l USING (document_id)
JOIN story AS s USING (story_id)
WHERE NOT f.is_sensitive AND (
    f.inspection_id IS NULL OR f.inspection_id IS NOT DISTINCT FROM s.inspection_id
    OR f.inspection_id NOT IN (
        SELECT s2.inspection_id FROM story_document AS l2 JOIN story AS s2 USING (story_id)
        WHERE l2.document_id = f.document_id AND s2.inspection_id IS NOT NULL
    )
)
"""
_GRADES = """
SELECT s.story_id, j.document_id, j.area || j.grade AS grade,
FROM judgement AS j
JOIN story AS s USING (inspection_id)
WHERE j.grade IS NOT NULL
"""


@dataclass
class _Story:
    docs: dict[str, dict]
    findings: dict[tuple[str, int], list[dict]]
    grades: dict[str, set[str]]


def expected(
    reader: Reader, watches: Iterable[dict], arrivals: Iterable[tuple[int, str]]
) -> dict[Telling, str]:
    """Return each telling and why; `arrivals` are (hour, document_id), a second one is the corrected version."""
    stories: dict[tuple[str, str], _Story] = defaultdict(
        lambda: _Story({}, defaultdict(list), defaultdict(set))
    )
    for row in reader.dicts(_LINKS):
        stories[row["story_id"], row["gss"]].docs[row["document_id"]] = row
    for row in reader.dicts(_FINDINGS):
        key = row["story_id"], row["gss"]
        if key in stories:
            row["norm"] = re.sub(r"[\W_]", "", row["quote"].lower())
            stories[key].findings[row["document_id"], row["version"]].append(row)
    for row in reader.dicts(_GRADES):
        for key, story in stories.items():
            if key[0] == row["story_id"]:
                story.grades[row["document_id"]].add(row["grade"])
    came: dict[str, list[int]] = defaultdict(list)
    for hour, document_id in sorted(arrivals):
        came[document_id].append(hour)
    return {
        (recipient, watch["name"], story_id, gss, hour): why
        for (story_id, gss), story in stories.items()
        for watch in watches
        if watch["authorities"] == "all" or gss in watch["authorities"]
        for hour, why in _told(watch, story, came)
        for recipient in watch["email"]
    }


def _told(watch: dict, story: _Story, came: dict[str, list[int]]) -> list[tuple[int, str]]:
    hours = sorted({hour for doc in story.docs for hour in came[doc]})
    is_filtered = bool(watch.get("polarity") or watch.get("themes"))
    tellings: list[tuple[int, str]] = []
    told_docs: set[tuple[str, int]] = set()
    told_quotes: dict[str, str] = {}
    gone: set[str] = set()
    told_grades: set[str] = set()
    for hour in hours:
        there = {
            doc: sum(h <= hour for h in came[doc]) for doc in story.docs if came[doc] and came[doc][0] <= hour
        }
        shown = {
            doc: version
            for doc, version in there.items()
            if not (story.docs[doc]["duplicate_of"] and story.docs[doc]["duplicate_of"] in there)
        }
        every = [row for doc, version in shown.items() for row in story.findings[doc, version]]
        wanted = [row for row in every if _wants(watch, row)]
        grades = {grade for doc in shown for grade in story.grades[doc]}
        why = ""
        if not tellings:
            why = "first" if wanted or not is_filtered else ""
        else:
            fresh_docs = set(shown.items()) - told_docs
            told_ids = {doc for doc, _ in told_docs}
            again = {doc for doc, _ in fresh_docs if doc in told_ids}
            had_letter = any(story.docs[doc]["is_primary"] for doc in told_ids if doc in shown)
            letter = any(story.docs[doc]["is_primary"] for doc, _ in fresh_docs if doc not in told_ids)
            news = [
                row
                for row in wanted
                if row["norm"] not in told_quotes
                and (row["document_id"], row["version"]) in fresh_docs
                and (
                    row["document_id"] in again
                    or not (
                        had_letter
                        and row["is_inspectorate"]
                        and not story.docs[row["document_id"]]["is_primary"]
                    )
                )
            ]
            norms = {row["norm"] for row in every}
            lost = {q for q, doc in told_quotes.items() if doc in again and q not in norms and q not in gone}
            judged = bool(fresh_docs) and bool(grades - told_grades)
            if (letter or news or lost or judged) and (wanted or lost or not is_filtered):
                why = "letter" if letter else "corrected" if lost else "findings" if news else "judgement"
                gone |= lost
        if why:
            tellings.append((hour, why))
            told_docs |= set(shown.items())
            told_quotes.update({row["norm"]: row["document_id"] for row in wanted})
            told_grades |= grades
    return tellings


def _wants(watch: dict, row: dict) -> bool:
    sides = ["strength", "concern"] if row["polarity"] == "mixed" else [row["polarity"]]
    by_side = not watch.get("polarity") or any(side in watch["polarity"] for side in sides)
    by_theme = not watch.get("themes") or any(theme in watch["themes"] for theme in row["themes"])
    return by_side and by_theme
