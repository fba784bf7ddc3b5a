"""What is wrong with the settings is said in one line that names the key."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import ConfigError
from ingest.settings import load_settings


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (b"workers = ", "not valid TOML"),
        ("contact = 'caf\N{LATIN SMALL LETTER E WITH ACUTE}'".encode("latin-1"), "not UTF-8"),
        (b"workers = 0", "'workers' .*greater than or equal to 1; got 0"),
        (b"operator = 'me'", "'operator' .*not a mail address.*; got 'me'"),
        (b"site_url = 'a.example'", "'site_url' .*not a web address"),
        (b"smtp_url = ['smtp://me:hush@mail.example']", "'smtp_url' .*valid string$"),
        (b"webhook_secret = {of = 'hush'}", "'webhook_secret' .*valid string$"),
        (b"smtp_ulr = 'smtp://me:hush@mail.example'", "unknown setting 'smtp_ulr'; did you mean smtp_url"),
    ],
)
def test_the_file(written: bytes, said: str) -> None:
    Path("ingest.toml").write_bytes(written)
    with pytest.raises(ConfigError, match=said) as caught:
        load_settings()
    assert "hush" not in str(caught.value)


def test_a_list_in_the_environment_is_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGEST_ALLOW_HOSTS", '["10.1.2.3"]')
    assert load_settings().allow_hosts == ("10.1.2.3",)
    monkeypatch.setenv("INGEST_ALLOW_HOSTS", "10.1.2.3")
    with pytest.raises(ConfigError, match=r"allow_hosts.*written as JSON"):
        load_settings()


def test_a_variable_that_is_nearly_a_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGEST_HOME", "/srv")
    load_settings()
    monkeypatch.setenv("INGEST_SMTP_ULR", "smtp://me:secret@mail.example")
    with pytest.raises(
        ConfigError, match="INGEST_SMTP_ULR is no setting; did you mean INGEST_SMTP_URL"
    ) as caught:
        load_settings()
    assert "secret" not in str(caught.value)
