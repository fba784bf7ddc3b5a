"""Editing watches.toml keeps what people wrote there."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.alerts.watchfile import with_paused, with_watch, without_watch
from ingest.errors import ConfigError

FILE = """# Who is told of what.
feeds = "all"

# The first of them.
[[watch]]
name = "One"          # a name
authorities = ["Leeds"]
note = '''
[[watch]] is no header here'''

# About the second.
[[watch]]
name = "Two"
authorities = "all"
# the end
"""
SIMPLE = FILE.replace("[[watch]] is no header here", "no header here")


def test_a_watch_is_added_at_the_end_and_nothing_else_changes():
    made = with_watch(FILE, {"name": "Three", "authorities": ["Bradford"], "quiet": True})
    assert made.startswith(FILE.rstrip())
    assert tomllib.loads(made)["watch"][2] == {"name": "Three", "authorities": ["Bradford"], "quiet": True}
    assert tomllib.loads(with_watch("", {"name": "A"})) == {"watch": [{"name": "A"}]}


def test_pausing_and_resuming():
    paused = with_paused(FILE, "one", paused=True)
    assert tomllib.loads(paused)["watch"][0]["paused"] is True
    assert "# a name" in paused
    assert tomllib.loads(with_paused(paused, "One", paused=False)) == tomllib.loads(FILE)
    assert with_paused(FILE, "Two", paused=False) == FILE


def test_removing_takes_the_comment_above_and_leaves_the_others():
    left = without_watch(SIMPLE, "ONE")
    assert [watch["name"] for watch in tomllib.loads(left)["watch"]] == ["Two"]
    assert "The first of them" not in left
    assert "# Who is told of what." in left
    assert "# About the second." in left
    last = without_watch(SIMPLE, "Two")
    assert "# About the second." not in last
    assert last.endswith("no header here'''\n\n# the end\n")
    assert without_watch('[[watch]]\nname = "A"\n', "A") == ""


def test_a_comment_that_stands_apart_is_of_no_watch():
    text = '# head\n\n[[watch]]\nname = "A"\n\n# The press office.\n\n[[watch]]\nname = "B"\n'
    assert without_watch(text, "A") == '# head\n\n# The press office.\n\n[[watch]]\nname = "B"\n'


def test_what_cannot_be_done_safely_is_left_to_a_person():
    with pytest.raises(ConfigError, match="remove its lines by hand"):
        without_watch(FILE, "Two")


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(ConfigError, match="no watch 'Three'; there are: 'One', 'Two'"):
        with_paused(FILE, "Three", paused=True)


NAMES = st.lists(
    st.text("abcXYZ 0-9'\"#[]", min_size=1, max_size=8).map(str.strip).filter(bool),
    min_size=1,
    unique_by=str.casefold,
    max_size=5,
)


@settings(max_examples=60, deadline=None)
@given(NAMES, st.data())
def test_adding_and_removing_leaves_the_rest(names, data):
    text = "# head\n"
    for name in names:
        text = with_watch(text, {"name": name, "note": f"# of {name}"})
    gone = data.draw(st.sampled_from(names))
    left = tomllib.loads(without_watch(text, gone)).get("watch", [])
    assert [watch["name"] for watch in left] == [name for name in names if name != gone]
