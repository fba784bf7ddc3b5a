"""watches.toml: what is read, and how each fault is explained."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from ingest.alerts import load_watches
from ingest.errors import ConfigError
from ingest.reference import load as gazetteer
from ingest.reference import load_themes

MINIMAL = '[[watch]]\nname = "A"\nauthorities = "Exampleshire"\nemail = "a@example.org"\n'


@pytest.fixture
def load(newsroom, tmp_path):
    def read(text: str | bytes):
        path = tmp_path / "watches.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_watches(path, newsroom.gazetteer, newsroom.theme_list)

    return read


def test_defaults(load):
    (watch,) = load(MINIMAL)
    assert watch.authorities == {"E10000099": "Exampleshire"}
    assert watch.recipients == ("a@example.org",)
    assert (watch.frequency, watch.since, watch.note, watch.is_filtered) == ("immediate", None, "", False)


def test_a_word_has_three_letters_or_more(load):
    assert load(MINIMAL + 'include = ["eet", "nee*"]')[0].include == ("eet", "nee*")
    for short in ("ee", "ne*", "n*et"):
        with pytest.raises(ConfigError, match="too short"):
            load(MINIMAL + f'exclude = "{short}"')


def test_everything_that_can_be_said(load):
    watch, everywhere = load(
        """
        [[watch]]
        name = "Care leavers"
        authorities = ["E10000098", "exampleshire"]
        themes = ["neet_eet", "Workforce, caseloads, recruitment and training"]
        polarity = ["concern", "recommendation"]
        email = ["a@example.org", "b+x@example.co.uk", "a@example.org"]
        frequency = "daily"
        since = 2018-05-01
        note = '''
        For the
        committee.'''

        [[watch]]
        name = "All"
        authorities = "all"
        email = "root@localhost"
        """
    )
    assert everywhere.authorities is None
    assert watch.since == date(2018, 5, 1)
    assert json.loads(json.dumps(watch.definition())) == {
        "authorities": ["E10000098", "E10000099"],
        "themes": ["neet_eet", "workforce_caseloads"],
        "polarity": ["concern", "recommendation"],
        "kinds": [],
        "include": [],
        "exclude": [],
        "email": ["a@example.org", "b+x@example.co.uk"],
        "webhook": None,
        "frequency": "daily",
        "since": "2018-05-01",
        "note": "For the\n        committee.",
        "quiet": False,
        "paused": False,
    }


def test_an_empty_file_has_no_watches(load):
    assert load("") == ()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            'authorities = "Exampelshire"',
            ["watch 'A'", "authorities", "'Exampelshire'", "Nearest: Exampleshire"],
        ),
        ("authorities = []", ["authorities: missing", "Add a line"]),
        ('themes = ["neet"]', ["watch 'A'", "themes", "'neet'", "Nearest: neet_eet"]),
        ('polarity = ["bad"]', ["polarity", "'strength', 'concern'", "'bad'"]),
        ('frequency = "hourly"', ["frequency", "'immediate', 'daily' or 'weekly'", "'hourly'"]),
        ('frequncy = "daily"', ["frequncy: unknown key", "Did you mean 'frequency'?"]),
        ("zzz = 1", ["zzz: unknown key", "Known keys: name, authorities"]),
        ('since = "soon"', ["since", "'soon'"]),
        ('email = "nobody"', ["email", "'nobody' is not a mail address", "you@example.org"]),
        ('email = "a..b@example.org"', ["email", "not a mail address"]),
        ('email = "A <a@example.org>"', ["email", "not a mail address"]),
        ('email = "a@example.org, b@example.org"', ["email", "not a mail address"]),
        ('email = "a@example.org\\nBcc: b@example.org"', ["email", "not a mail address"]),
        ('email = "a@example.org\\n"', ["email", "not a mail address"]),
        ("email = []", ["email: missing"]),
        ("name = 5", ["watch number 1", "name", "string"]),
        ('name = "A\\r\\nBcc: b@example.org"', ["name", "line break or an invisible character"]),
        ('name = "A\\u202Egnp"', ["name", "invisible character"]),
        ('name = ""', ["watch number 1", "name: empty"]),
        ('name = " "', ["name: empty"]),
        ('webhook = "https://example.org/a b"', ["webhook", "is not an https address"]),
        ('webhook = "https://example.org:eighty/"', ["webhook", "is not an https address"]),
        ('webhook = "https://example.org:0/"', ["webhook", "is not an https address"]),
        ('note = "a\\u0000b"', ["note", "invisible character"]),
    ],
)
def test_a_fault_names_watch_key_and_remedy(load, line, words):
    key = line.split(" ")[0]
    kept = [row for row in MINIMAL.splitlines() if not row.startswith(f"{key} ")]
    with pytest.raises(ConfigError) as caught:
        load("\n".join([*kept, line]))
    message = str(caught.value)
    assert "watches.toml: " in message
    assert "\n" not in message
    for word in words:
        assert word in message


@pytest.mark.parametrize("key", ["name", "authorities", "email"])
def test_a_missing_key_is_shown_by_example(load, key):
    text = "\n".join(row for row in MINIMAL.splitlines() if not row.startswith(f"{key} "))
    with pytest.raises(ConfigError, match=rf"{key}: missing. Add a line {key} = "):
        load(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[watch]]\nname = "A\n', "watches.toml: line 2: not valid TOML"),
        ("[[watch]]\nname = ", "not valid TOML"),
        (b'[[watch]]\nname = "\xe9"\n', "not UTF-8 at byte"),
        ('[watch]\nname = "A"\n', "Begin every watch with [[watch]]"),
        ('[[wach]]\nname = "A"\n', "unknown key 'wach'"),
        (MINIMAL + MINIMAL, "name: used twice"),
    ],
)
def test_a_broken_file(load, text, words):
    with pytest.raises(ConfigError) as caught:
        load(text)
    assert words in str(caught.value)


def test_a_missing_file(newsroom, tmp_path: Path):
    with pytest.raises(ConfigError, match=r"cannot be read .* Create it"):
        load_watches(tmp_path / "none.toml", newsroom.gazetteer, ())


def test_the_example_of_the_project_works():
    watches = load_watches(Path(__file__).parents[2] / "watches.toml", gazetteer(), load_themes())
    assert [watch.name for watch in watches] == ["Birmingham", "Concerns about care leavers"]
    assert watches[1].authorities == {"E06000038": "Reading", "E06000016": "Leicester"}
