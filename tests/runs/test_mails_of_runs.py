"""What runs over folders tell their watches: each thing once, also after a run that was stopped or could not send."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from plain_runs import NOW, Clock, letters, run_folder
from post_office import PostOffice
from pydantic import SecretStr

from ingest.errors import ConfigError
from ingest.settings import Settings

WATCH = '[[watch]]\nname = "w"\nauthorities = ["all"]\nemail = ["a@example.org"]\n'


@pytest.fixture
def watches(tmp_path: Path) -> Path:
    path = tmp_path / "watches.toml"
    path.write_text(WATCH + "since = 2020-01-01\n")
    return path


def test_a_backfill_never_mails_not_even_in_a_later_run(
    settings: Settings, tmp_path: Path, watches: Path
) -> None:
    folder = letters(tmp_path / "in", "Leeds")
    assert run_folder(settings, folder, alerts=False, watches_file=watches).mails == ()
    letters(folder, "Bradford")
    (mail,) = run_folder(settings, folder, watches_file=watches).mails
    assert "Bradford" in mail.subject
    assert "Leeds" not in mail.subject


def test_what_was_published_before_a_watch_began_is_not_mailed(
    settings: Settings, tmp_path: Path, watches: Path
) -> None:
    watches.write_text(WATCH)
    assert run_folder(settings, letters(tmp_path / "in", "Leeds"), watches_file=watches).mails == ()


def test_alerts_of_a_run_that_was_stopped_are_sent_by_the_next(
    settings: Settings, tmp_path: Path, watches: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = letters(tmp_path / "in", "Leeds")
    with monkeypatch.context() as patch:
        patch.setattr("ingest.pipeline.send_alerts", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            run_folder(settings, folder, watches_file=watches)
    (mail,) = run_folder(settings, folder, watches_file=watches).mails
    assert "Leeds" in mail.subject
    assert run_folder(settings, folder, watches_file=watches).mails == ()


def test_unusable_watches_stop_the_run_before_anything_is_changed(
    settings: Settings, tmp_path: Path, watches: Path
) -> None:
    watches.write_text(WATCH.replace('"all"', '"Birmingam"'))
    with pytest.raises(ConfigError, match="Birmingham"):
        run_folder(settings, letters(tmp_path / "in", "Leeds"), watches_file=watches)
    assert not settings.warehouse_place.exists()


def test_a_mail_that_fails_is_sent_by_the_next_run_and_only_once(
    settings: Settings, tmp_path: Path, watches: Path, office: PostOffice, server: str
) -> None:
    office.on_data = ["451 later"]
    settings = settings.model_copy(update={"smtp_url": SecretStr(f"{server}?starttls=off")})
    folder = letters(tmp_path / "in", "Leeds")
    first = run_folder(settings, folder, watches_file=watches)
    assert [mail.status for mail in first.mails] == ["pending"]
    assert first.exit_code == 1
    assert run_folder(settings, folder, watches_file=watches).mails == (), "it is put off for five minutes"
    later = Clock(NOW + timedelta(minutes=6))
    (mail,) = run_folder(settings, folder, later, watches_file=watches).mails
    assert mail.status == "sent"
    assert run_folder(settings, folder, later, watches_file=watches).mails == ()
    assert len(office.envelopes) == 1
