"""Settings from the environment (`INGEST_*`) and ingest.toml; the only reader of os.environ.

The environment wins over the file. Paths are relative to the current folder.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from ingest.errors import ConfigError
from ingest.place import Lake, ObjectStore, Place, place_of

CONFIG_FILE = Path("ingest.toml")
_PREFIX = "INGEST_"
_FORMS = {
    "operator": "not a mail address, like you@example.org",
    "site_url": "not a web address, like https://example.org/",
}
"""What a setting with a pattern must look like, in words."""
_SECRET = ("smtp_url", "webhook_secret")
"""Settings whose value is never shown, not even a wrong one."""


class Settings(BaseSettings):
    """All that can be set, with its default."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, extra="forbid", frozen=True)

    data_dir: Path = Path("data")
    warehouse: Path | str | None = None
    """The writer's file (`<data_dir>/warehouse.duckdb` where it is not set), or a DuckLake: `ducklake:postgres:...`."""
    lake_files: Path | str | None = None
    """The folder of a DuckLake's Parquet files, which every machine sees under this name, or `s3://BUCKET/NAME`; needed
    when the lake is made."""
    sources_file: Path = Path("sources.toml")
    watches_file: Path = Path("watches.toml")
    aliases_file: Path | None = None
    """CSV (name,authority) of other names of authorities; without an authority, a name that is none."""
    aliases: dict[str, str] = Field(default_factory=dict)
    """The same in ingest.toml: name -> authority."""
    not_authorities: tuple[str, ...] = ()
    """Names that look like an authority's and are none."""

    user_agent: str = "ingest/0.1 (children's services news pipeline)"
    contact: str = ""
    """A mail or web address for site owners, sent with every request."""
    request_timeout: float = Field(default=30.0, gt=0)
    requests_per_second: float = Field(default=1.0, gt=0)
    """Per host, counted from one answer to the next request."""
    max_bytes: int = Field(default=50_000_000, gt=0)
    """The largest body that is fetched."""
    requests_at_once: int = Field(default=2, ge=1)
    """Per host: answers that may arrive at a time; the next request goes out when the last began to be answered."""
    failures_per_host: int = Field(default=5, ge=1)
    """After so many requests in a row that failed despite their retries, a host is left alone for the run."""
    allow_hosts: tuple[str, ...] = ()
    """Addresses, networks or host names that may be fetched from though they are not public ones."""
    allow_ports: tuple[int, ...] = ()
    """Ports that may be fetched from beside 80 and 443."""

    poll_floor_minutes: float = Field(default=60.0, gt=0)
    """A source that always has news is asked this often at most, by runs that leave out what is not due."""
    poll_ceiling_hours: float = Field(default=24.0, gt=0)
    """A source that never has news is asked this often at least."""
    keep_unused_days: int = Field(default=30, ge=0)
    """`ingest archive prune` drops bytes that nothing in the warehouse refers to, after so many days."""
    keep_journal_days: int = Field(default=365, ge=0)
    """... and the records of what was asked for and answered."""

    workers: int = Field(default=2, ge=1, le=64)
    """Processes that read documents."""
    read_seconds: int = Field(default=20, ge=1)
    """CPU time that one document may take."""
    read_megabytes: int = Field(default=1024, ge=256)
    """Memory that one reading process may take."""

    smtp_url: SecretStr | None = None
    """smtp://user:password@host:587 (STARTTLS) or smtps://...; mails go to <data_dir>/outbox without it."""
    mail_from: str = "ingest@localhost"
    operator: str = Field(default="", pattern=r"^$|^[^@\s,;<>]+@[^@\s,;<>]+$")
    """Who is told by mail when a source breaks and when it recovers; nobody where it is empty."""
    mails_per_minute: int = Field(default=0, ge=0)
    """The most that are sent; 0 for no limit."""
    unsubscribe_url: str = ""
    """An https address of yours that takes a POST to stop a mail (RFC 8058); without it, by mail only."""
    webhook_secret: SecretStr | None = None
    """What webhook calls are signed with."""
    site: bool = False
    """Bring the pages in <data_dir>/site up to date after every run that published."""
    site_url: str = Field(default="", pattern=r"^$|^https?://")
    """Where the site stands, for the links in its feeds."""
    allow_sensitive: bool = False
    """Mail and export also what could identify a child."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then ingest.toml."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=CONFIG_FILE)

    @property
    def warehouse_place(self) -> Place:
        """What a run writes.

        Raises:
            ConfigError: a kind of DuckLake that does not serve here.
        """
        return self.place_of(str(self.warehouse or self.data_dir / "warehouse.duckdb"), self.lake_files)

    def place_of(self, text: str, lake_files: Path | str | None = None) -> Place:
        """Return the place that a path or `ducklake:postgres:...` means; raises as `warehouse_place`."""
        return place_of(text, lake_files=lake_files, data_dir=self.data_dir, objects=object_store())

    @property
    def published_place(self) -> Place:
        """What readers open: a folder of copies beside the writer's file, or the DuckLake itself."""
        place = self.warehouse_place
        return place if isinstance(place, Lake) else place.parent / "published"


def load_settings(**overrides: object) -> Settings:
    """Read the settings once.

    Raises:
        ConfigError: ingest.toml is not TOML, or a key or value is unusable; names it and what is wrong. So it is with
            a variable of the environment whose name is nearly that of a setting.
    """
    for variable in os.environ:
        key = variable.removeprefix(_PREFIX).lower()
        if variable.startswith(_PREFIX) and key not in Settings.model_fields and (near := _near(key)):
            wanted = " or ".join(_PREFIX + name.upper() for name in near)
            raise ConfigError(f"environment: {variable} is no setting; did you mean {wanted}?")
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{CONFIG_FILE}: not valid TOML: {error}. Mend that line and run again.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{CONFIG_FILE}: not UTF-8 text; save it as UTF-8 and run again.") from error
    except SettingsError as error:
        raise ConfigError(
            f"environment: {error}; lists and tables are written as JSON there: '[\"127.0.0.1\"]'"
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "settings"
        if first["type"] == "extra_forbidden":
            meant = " or ".join(_near(key))
            # Its value is not shown: it may be a password.
            raise ConfigError(
                f"{CONFIG_FILE}: unknown setting {key!r}" + (f"; did you mean {meant}?" if meant else ".")
            ) from error
        said = _FORMS.get(key, first["msg"]) if first["type"] == "string_pattern_mismatch" else first["msg"]
        got = "" if key in _SECRET else f"; got {first['input']!r}"
        raise ConfigError(
            f"setting {key!r} ({_PREFIX}{key.upper()} or {CONFIG_FILE}): {said}{got}"
        ) from error


def object_store() -> ObjectStore:
    """Return how object storage is reached, by the variables of the environment that AWS's own tools read."""

    def first(*names: str) -> str:
        return next((value for name in names if (value := os.environ.get(name))), "")

    return ObjectStore(
        key=first("AWS_ACCESS_KEY_ID"),
        secret=first("AWS_SECRET_ACCESS_KEY"),
        token=first("AWS_SESSION_TOKEN"),
        region=first("AWS_REGION", "AWS_DEFAULT_REGION"),
        endpoint=first("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"),
    )


def _near(key: str) -> list[str]:
    return difflib.get_close_matches(key, Settings.model_fields)
