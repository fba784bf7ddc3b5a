"""What analysts read: the views say what they promise, and every one of their columns explains itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ingest.load import Warehouse
from ingest.load.sqlfiles import sql_files, worked_queries
from ingest.model import Correction, Duplicate, Failure, Finding, SourceCheck, StoryLink, ThemeMatch
from ingest.reference import load_neighbours

FOCUS = "care leavers"


def ask(warehouse: Warehouse, sql: str) -> list[dict[str, Any]]:
    return warehouse.reader.dicts(sql)


@pytest.fixture
def history(warehouse: Warehouse, build) -> Warehouse:
    """Ten years of one authority: before 2018, after, a visit between, and a framework without overall grade."""
    old = build.graded(
        "sif_inspection", date(2016, 9, 5), overall="inadequate", looked_after="good", lscb="good"
    )
    new = build.graded("ilacs_standard", date(2019, 3, 4), overall="good", children_in_care="inadequate")
    newest = build.graded("ilacs_standard", date(2026, 5, 4), overall=None, children_in_care="inadequate")
    visit = build.inspection(
        started_on=date(2021, 6, 1), month=date(2021, 6, 1), focus=FOCUS, is_primary=True
    )
    letter = build.document(
        "https://ofsted.example/letter",
        source_id="ofsted",
        kind="ofsted_letter",
        inspections=(visit,),
        published_on=date(2021, 7, 1),
    )
    documents = [with_theme(document) for document in (old, new, newest, letter)]
    notice = build.document(
        "https://gov.example/notice",
        kind="government_notice",
        inspections=(),
        published_on=date(2017, 2, 1),
        title="A direction",
        source_id="ofsted",
    )
    warehouse.store(build.batch(*documents, notice), "r1", build.now)
    return warehouse


def with_theme(document, **given: Any):
    """The same, the concern filed under a theme."""
    good, bad = document.reading.findings
    bad = replace(bad, themes=(ThemeMatch("early_help", "help"),), **given)
    return replace(document, reading=replace(document.reading, findings=(good, bad)))


def test_the_timeline_has_every_kind_of_output_in_one_line(history: Warehouse):
    rows = ask(history, "SELECT kind, as_of, overall, concerns, title FROM authority_timeline")
    assert [(row["kind"], row["as_of"].year) for row in rows] == [
        ("sif_inspection", 2016),
        ("government_notice", 2017),
        ("ilacs_standard", 2019),
        ("focused_visit", 2021),
        ("ilacs_standard", 2026),
    ]
    assert [row["overall"] for row in rows] == ["inadequate", None, "good", None, None]
    assert rows[1]["title"] == "A direction"
    assert rows[3]["concerns"] == 1


def test_a_visit_of_which_only_the_press_tells_stands_at_its_first_news(history: Warehouse, build):
    told = build.inspection(
        kind="monitoring_visit", started_on=None, ended_on=None, month=None, ordinals=("first",)
    )
    article = build.document("https://a.example", inspections=(told,), published_on=date(2018, 9, 7))
    history.store(build.batch(article), "r1", build.now)
    rows = ask(history, "SELECT kind, as_of, published_on FROM authority_timeline")
    assert rows[2] == {"kind": "monitoring_visit", "as_of": date(2018, 9, 7), "published_on": None}


def test_a_judgement_is_compared_with_the_last_of_its_kind(history: Warehouse):
    rows = ask(history, "SELECT year(as_of) AS y, area, previous_grade, previous_area, steps, change, reason "
                        "FROM judgement_change ORDER BY y, area")  # fmt: skip
    found = {(row.pop("y"), row.pop("area")): tuple(row.values()) for row in rows}
    none = "no earlier grade of this area is stored"
    assert found == {
        (2016, "lscb"): (None, None, None, None, none),
        (2016, "looked_after"): (None, None, None, None, none),
        (2016, "overall"): (None, None, None, None, none),
        (2019, "children_in_care"): ("good", "looked_after", -2, "worse", None),
        (2019, "overall"): ("inadequate", "overall", 2, "better", None),
        (2026, "children_in_care"): ("inadequate", "children_in_care", 0, "same", None),
        (2026, "overall"): ("good", "overall", None, None, "the framework gives no overall grade"),
    }


def test_the_overview_has_one_row_for_each_authority(history: Warehouse, build):
    rows = {row["gss"]: row for row in ask(history, "FROM authority_overview")}
    assert len(rows) == ask(history, "SELECT count(*) AS n FROM authority WHERE is_current")[0]["n"]
    row = rows[build.gss]
    assert (row["started_on"], row["overall"], row["children_in_care"]) == (
        date(2026, 5, 4),
        None,
        "inadequate",
    )
    assert row["overall_reason"] == "the framework gives no overall grade"
    assert (row["previous_overall"], row["previous_started_on"]) == ("good", date(2019, 3, 4))
    assert (row["last_visit_on"], row["last_visit_focus"], row["focused_visits_since"]) == (
        date(2021, 6, 1),
        FOCUS,
        0,
    )
    assert rows["E06000001"]["outputs"] == 0


def test_the_last_visit_is_told_as_one(history: Warehouse, build):
    """Of a newer visit that only the press tells of, neither focus nor address is known."""
    newer = build.inspection(started_on=date(2022, 9, 6), month=date(2022, 9, 1))
    history.store(build.batch(build.document(inspections=(newer,))), "r1", build.now)
    (row,) = ask(history, f"FROM authority_overview WHERE gss = '{build.gss}'")
    assert (row["last_visit_on"], row["last_visit_kind"]) == (date(2022, 9, 6), "focused_visit")
    assert (row["last_visit_focus"], row["last_visit_url"]) == (None, None)


def test_a_visit_that_only_its_first_news_dates_is_counted_like_any_other(warehouse: Warehouse, build):
    graded = build.graded("ilacs_short", date(2018, 1, 8), overall="inadequate")
    undated = build.inspection(
        kind="monitoring_visit", started_on=None, month=None, reported_on=date(2018, 9, 7)
    )
    article = build.document("https://a.example", inspections=(undated,), published_on=date(2018, 9, 7))
    warehouse.store(build.batch(*(with_theme(d) for d in (graded, article))), "r1", build.now)
    (row,) = ask(warehouse, f"FROM authority_overview WHERE gss = '{build.gss}'")
    assert (row["last_visit_on"], row["monitoring_visits_since"]) == (date(2018, 9, 7), 1)
    (again,) = ask(warehouse, "FROM concern_raised_again")
    assert (again["visits"], again["last_on"], again["is_open"]) == (2, date(2018, 9, 7), True)


def test_what_others_repeat_of_ofsteds_own_document_is_counted_nowhere(warehouse: Warehouse, build):
    letter = with_theme(build.letter(published_on=date(2024, 4, 2)))
    article = with_theme(build.document("https://press.example", source_id="ofsted"))
    warehouse.store(build.batch(letter, article), "r1", build.now)
    told = ask(
        warehouse, "SELECT document_kind, bool_and(is_retold) AS retold FROM finding_current GROUP BY ALL"
    )
    assert {row["document_kind"]: row["retold"] for row in told} == {
        "ofsted_letter": False,
        "news_article": True,
    }
    for view in ("authority_timeline", "authority_beside_neighbours", "theme_trend"):
        (row,) = ask(warehouse, f"SELECT strengths, concerns FROM {view} WHERE strengths + concerns > 0 "
                                "ORDER BY concerns DESC LIMIT 1")  # fmt: skip
        assert row["concerns"] == 1, view


def test_a_visit_of_which_only_others_tell_has_one_quarter(warehouse: Warehouse, build):
    documents = [
        with_theme(
            build.document(
                f"https://{day}.example",
                inspections=(build.inspection(reported_on=day),),
                published_on=day,
                source_id="ofsted",
            )
        )
        for day in (date(2024, 3, 30), date(2024, 4, 2))
    ]
    warehouse.store(build.batch(*documents), "r1", build.now)
    (row,) = ask(warehouse, "FROM theme_trend WHERE theme_id = 'early_help'")
    assert (row["quarter"], row["visits"], row["concerns"]) == (date(2024, 1, 1), 1, 2)


def test_the_words_of_a_finding_stand_where_its_comment_says(warehouse: Warehouse, build):
    warehouse.store(build.batch(build.document()), "r1", build.now)
    (comment,) = ask(warehouse, "SELECT comment FROM duckdb_columns() "
                                "WHERE table_name = 'finding_current' AND column_name = 'end_char'")  # fmt: skip
    condition = comment["comment"].split("`")[1]
    rows = ask(warehouse, f"SELECT {condition} AS is_there "
                          "FROM finding_current JOIN document USING (document_id, version)")  # fmt: skip
    assert [row["is_there"] for row in rows] == [True, True]


def test_a_council_of_the_past_stands_nowhere_today(warehouse: Warehouse, build):
    report = build.graded("ilacs_standard", date(2019, 3, 4), overall="inadequate")
    (inspection,) = report.reading.inspections
    gone = replace(inspection, gss="E10000021")
    reading = replace(report.reading, inspections=(gone,), findings=())
    now = build.graded("ilacs_standard", date(2023, 3, 6), overall="good")
    warehouse.store(build.batch(replace(report, reading=reading), now), "r1", build.now)
    assert len(ask(warehouse, "SELECT DISTINCT authority FROM latest_judgement")) == 2
    (query,) = (query for query in worked_queries() if query.name == "where_authorities_stand")
    assert [row["authority"] for row in ask(warehouse, query.text.rstrip().rstrip(";"))] == ["Birmingham"]


def test_an_authority_stands_where_its_newest_report_puts_it(warehouse: Warehouse, build):
    old = build.graded(
        "sif_inspection", date(2016, 9, 5), overall="inadequate", looked_after="requires_improvement"
    )
    new = build.graded("ilacs_standard", date(2019, 3, 4), overall="good", children_in_care="good")
    warehouse.store(build.batch(old, new), "r1", build.now)
    (query,) = (query for query in worked_queries() if query.name == "where_authorities_stand")
    (row,) = ask(warehouse, query.text.rstrip().rstrip(";"))
    assert (row["overall"], row["children_in_care"]) == ("good", "good")


def test_what_was_raised_again_names_the_visits(history: Warehouse, build):
    (row,) = ask(history, "FROM concern_raised_again")
    assert (row["theme_id"], row["visits_with_concern"], row["visits"]) == ("early_help", 4, 4)
    assert (row["first_on"], row["last_on"], row["is_open"]) == (date(2016, 9, 5), date(2026, 5, 4), True)
    assert len(row["inspection_ids"]) == 4
    assert "wait too long" in row["last_quote"]


def test_what_could_identify_a_child_is_counted_and_not_quoted(warehouse: Warehouse, build):
    one, two = (
        with_theme(build.graded("ilacs_standard", day, overall="good"), sensitive="age and school")
        for day in (date(2016, 9, 5), date(2019, 3, 4))
    )
    warehouse.store(build.batch(one, two), "r1", build.now)
    (row,) = ask(warehouse, "FROM concern_raised_again")
    assert (row["visits_with_concern"], row["first_quote"], row["last_quote"]) == (2, None, None)
    flags = ask(warehouse, "SELECT polarity, is_sensitive FROM finding_current GROUP BY ALL ORDER BY ALL")
    assert [(row["polarity"], row["is_sensitive"]) for row in flags] == [
        ("concern", True),
        ("strength", False),
    ]


def test_trends_count_a_visit_once(history: Warehouse):
    rows = ask(history, "FROM theme_trend WHERE theme_id = 'early_help'")
    assert [row["quarter"] for row in rows] == [
        date(2016, 10, 1), date(2019, 4, 1), date(2021, 7, 1), date(2026, 4, 1)
    ]  # fmt: skip
    assert {(row["region"], row["concerns"], row["visits"], row["concern_share"]) for row in rows} == {
        ("West Midlands", 1, 1, 1.0)
    }


def test_an_authority_stands_beside_its_neighbours(history: Warehouse, build):
    neighbour = load_neighbours()[build.gss][0]
    theirs = build.graded("ilacs_standard", date(2020, 1, 6), overall="good")
    (inspection,) = theirs.reading.inspections
    moved = replace(inspection, gss=neighbour)
    findings: list[Finding] = [
        replace(finding, gss=neighbour, inspection_id=moved.inspection_id)
        for finding in theirs.reading.findings
    ]
    reading = replace(theirs.reading, inspections=(moved,), findings=(findings[1],))
    history.store(build.batch(replace(theirs, reading=reading)), "r1", build.now)
    (row,) = ask(history, f"FROM authority_beside_neighbours WHERE gss = '{build.gss}'")
    assert (row["neighbours"], len(row["neighbour_names"])) == (10, 10)
    assert (row["neighbours_graded"], row["neighbours_good_or_better"]) == (1, 1)
    assert (row["concern_share"], row["neighbours_concern_share"]) == (0.5, 1.0)
    assert row["concern_share_difference"] == -0.5


def test_coverage_says_who_was_first_and_how_soon(warehouse: Warehouse, build):
    letter = build.letter(published_on=date(2024, 4, 2))
    early = build.document("https://a.example", published_on=date(2024, 4, 1), source_id="ofsted")
    late = build.document("https://b.example", published_on=date(2024, 4, 9), source_id="ofsted")
    warehouse.store(build.batch(letter, early, late), "r1", build.now)
    visit = letter.reading.inspections[0].inspection_id
    warehouse.set_stories(
        [StoryLink("s", "The visit", visit, d.document_id, build.gss, ("t",)) for d in (letter, early, late)]
    )
    (row,) = ask(warehouse, "FROM story_coverage")
    assert (row["documents"], row["official_documents"], row["official_on"]) == (3, 1, date(2024, 4, 2))
    assert (row["press_on"], row["days_to_press"], row["days_to_publish"]) == (date(2024, 4, 1), -1, 20)
    assert row["authority"] == "Birmingham"
    speeds = ask(
        warehouse, "SELECT place, days_after_ofsted, days_after_first, days_to_find FROM coverage_speed"
    )
    assert [tuple(speed.values()) for speed in speeds] == [(1, -1, 0, 30), (2, 0, 1, 29), (3, 7, 8, 22)]


def test_a_publisher_that_nobody_names_is_unknown_and_not_counted(warehouse: Warehouse, build):
    letter = build.letter(published_on=date(2024, 4, 2))
    unnamed = nameless(build.document("https://a.example", published_on=date(2024, 4, 3), source_id="ofsted"))
    named = build.document("https://b.example", published_on=date(2024, 4, 9), source_id="ofsted")
    warehouse.store(build.batch(letter, unnamed, named), "r1", build.now)
    visit = letter.reading.inspections[0].inspection_id
    told = (letter, unnamed, named)
    warehouse.set_stories(
        [StoryLink("s", "The visit", visit, d.document_id, build.gss, ("t",)) for d in told]
    )
    (row,) = ask(
        warehouse, "SELECT documents, publishers, first_publisher, days_to_press FROM story_coverage"
    )
    assert row == {"documents": 3, "publishers": 1, "first_publisher": None, "days_to_press": 1}
    said = ask(
        warehouse,
        f"SELECT DISTINCT publisher FROM finding_current WHERE document_id = '{unnamed.document_id}'",
    )
    assert said == [{"publisher": None}]


def nameless(document):
    snapshot = document.snapshot
    return replace(document, snapshot=replace(snapshot, link=replace(snapshot.link, publisher="")))


def test_what_was_known_on_a_day_is_what_the_runs_had_brought(warehouse: Warehouse, build):
    warehouse.store(build.batch(build.document(text="Old.")), "r1", build.now)
    later = build.now + timedelta(days=3)
    warehouse.begin_run("r2", "run", later, "0.1.0")
    report = build.graded("ilacs_short", date(2024, 3, 4), overall="good")
    warehouse.store(build.batch(build.document(text="Corrected."), report), "r2", later)

    def known(day: date) -> list[tuple[int, bool]]:
        sql = f"SELECT version, is_current FROM document_known_on(DATE '{day}') ORDER BY ALL"
        return [tuple(row.values()) for row in ask(warehouse, sql)]  # type: ignore[misc]

    assert known(build.now.date() - timedelta(days=1)) == []
    assert known(build.now.date()) == [(1, False)]
    assert known(later.date()) == [(1, True), (2, True)]
    first = f"SELECT DISTINCT is_still_said FROM finding_known_on('{build.now.date()}')"
    assert ask(warehouse, first) == [{"is_still_said": False}]
    assert ask(warehouse, f"FROM judgement_known_on('{build.now.date()}')") == []
    assert len(ask(warehouse, f"FROM judgement_known_on('{later.date()}')")) == 1
    warehouse.reader.query("SET GLOBAL TimeZone = 'Pacific/Honolulu'")
    assert known(build.now.date() - timedelta(days=1)) == [], "days end in UTC wherever one asks"


def test_on_a_day_a_copy_is_a_reprint_only_if_its_original_was_known(warehouse: Warehouse, build):
    copy = build.document("https://copy.example")
    warehouse.store(build.batch(copy), "r1", build.now)
    later = build.now + timedelta(days=3)
    warehouse.begin_run("r2", "run", later, "0.1.0")
    original = build.document("https://original.example", source_id="ofsted")
    warehouse.store(build.batch(original), "r2", later)
    warehouse.set_duplicates([copy.document_id], [Duplicate(copy.document_id, original.document_id, 1.0)])
    for day, reprints in ((build.now, 0), (later, 1)):
        (row,) = ask(
            warehouse, f"SELECT count(*) FILTER (is_reprint) AS n FROM document_known_on('{day:%Y-%m-%d}')"
        )
        assert row["n"] == reprints


def test_readers_are_told_the_run(warehouse: Warehouse, build):
    assert ask(warehouse, "FROM published_run") == [], "a run that is not done is not there to be read"
    warehouse.end_run("r1", "done", {}, build.now)
    (row,) = ask(warehouse, "FROM published_run")
    assert (row["run_id"], row["schema_version"]) == ("r1", 1)


@pytest.mark.parametrize("file", sql_files("views"), ids=lambda file: file.name)
def test_every_view_gives_rows(history: Warehouse, build, file):
    failure = Failure("news", "https://bad.example", "extract", "UnreadableError", "no PDF")
    broken = SourceCheck("ofsted", "Ofsted", "failed", severity="error", state="failed", message="404")
    history.store(build.batch(build.letter(), failures=(failure,), check=broken), "r1", build.now)
    letter = build.letter()
    about = (letter.document_id, letter.snapshot.link.url)
    history.add_corrections(
        [Correction(*about, "authority", "E08000035", "why", "Ana", datetime(2024, 5, 2, tzinfo=UTC))]
    )
    history.set_stories([StoryLink("s", "A story", None, letter.document_id, build.gss, ("test",))])
    history.end_run("r1", "done", {}, build.now)
    day = f"('{build.now.date()}')" if file.name.endswith("_known_on") else ""
    assert ask(history, f"SELECT * FROM {file.name}{day}")


@pytest.mark.parametrize("query", worked_queries(), ids=lambda query: query.name)
def test_every_worked_query_says_what_it_answers_and_finds_something(history: Warehouse, build, query):
    asked = with_theme(build.letter(published_on=date(2026, 12, 1)), kind="area_for_improvement")
    told = build.document("https://press.example", source_id="ofsted")
    history.store(build.batch(asked, told), "r1", build.now)
    visit = asked.reading.inspections[0].inspection_id
    history.set_stories(
        [
            StoryLink("s", "A story", visit, document.document_id, build.gss, ("test",))
            for document in (asked, told)
        ]
    )
    assert query.text.startswith("-- ")
    assert "?" in query.text.splitlines()[0]
    columns, rows = history.reader.query(query.text)
    assert columns
    assert rows


def test_every_table_view_and_column_explains_itself(warehouse: Warehouse):
    silent = ask(
        warehouse,
        """
        SELECT table_name AS name FROM duckdb_tables() WHERE NOT temporary AND comment IS NULL
        UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT internal AND comment IS NULL
        UNION ALL SELECT function_name FROM duckdb_functions() WHERE NOT internal AND comment IS NULL
        UNION ALL
        SELECT table_name || '.' || column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL
        """,
    )
    assert [row["name"] for row in silent] == [], (
        "say what it is: of a table in warehouse/comments/TABLE.sql, of a view at the end of its own file"
    )
