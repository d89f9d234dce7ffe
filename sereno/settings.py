"""One settings object: SERENO_* variables, else sereno.toml, else these defaults."""

import os
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from sereno.domain.errors import ConfigurationError
from sereno.domain.vitals import Language

DEFAULT_MODEL: Final = "default"  # the folder of the model that `sereno model build` makes
MODEL_IN_USE: Final = "in-use"  # the file that names the model chosen
LOOPBACK_NAMES: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def _default_data_dir() -> Path:
    return Path.home() / ".local" / "share" / "sereno"


def _known_zone(name: str) -> str:
    """`name`, where it is an IANA time zone; ValueError where it is not."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, no such form of name, a folder of zones
        raise ValueError(
            f"'{name}' is no time zone; write an IANA name such as Europe/Madrid"
        ) from None
    return name


def machine_zone(environment: Mapping[str, str], etc: Path) -> str:
    """The IANA name of a machine's own time zone, where it tells one; else UTC.

    Linux tells it in TZ, in the link `localtime` of the folder `etc`, or in its file `timezone`.
    """
    for name in _told_zones(environment, etc):
        try:
            return _known_zone(name)
        except ValueError:
            continue
    return "UTC"


def _told_zones(environment: Mapping[str, str], etc: Path) -> Iterator[str]:
    yield environment.get("TZ", "").removeprefix(":")
    link = etc / "localtime"
    if link.is_symlink():
        yield str(link.readlink()).partition("zoneinfo/")[2]
    try:
        yield (etc / "timezone").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return


def _default_zone() -> str:
    return machine_zone(os.environ, Path("/etc"))


def model_in_use(models: Path) -> str:
    """The name of the model that `sereno model use` chose, or the default one's."""
    try:
        return (models / MODEL_IN_USE).read_text("utf-8").strip() or DEFAULT_MODEL
    except OSError:
        return DEFAULT_MODEL


def _holds_models(folder: Path) -> bool:
    return any(folder.glob("*/manifest.json"))


class Settings(BaseSettings):
    """Everything that an installation may decide. Secrets are SecretStr and never shown."""

    model_config = SettingsConfigDict(
        env_prefix="SERENO_", toml_file="sereno.toml", extra="forbid", frozen=True
    )

    data_dir: Path = Field(default_factory=_default_data_dir)
    database_url: SecretStr | None = None  # None: SQLite in data_dir; else postgresql+psycopg://
    key_dir: Path | None = None  # None: data_dir/keys; keep it out of data backups
    key_passphrase: SecretStr | None = None  # None: a generated passphrase file in key_dir
    language: Language = Language.ENGLISH
    zone: Annotated[str, AfterValidator(_known_zone)] = Field(default_factory=_default_zone)

    host: str = "127.0.0.1"
    port: int = Field(default=8501, ge=0, le=65535)
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    idle_timeout: timedelta = timedelta(minutes=15)
    session_length: timedelta = timedelta(hours=12)

    sources: tuple[str, ...] = ()  # what `sereno run` ingests: wfdb:PATH, sim:ward?beds=12...
    destinations: tuple[str, ...] = ()  # who is told: webhook+https://HOST/PATH?secret=file:...
    outbox_age: timedelta = timedelta(days=7)  # what is not taken by then is given up
    outbox_megabytes: int = Field(default=4096, ge=1)  # that may wait for each destination
    waveform_retention: timedelta = timedelta(hours=24)
    numeric_retention: timedelta | None = None  # None: for as long as the patient's key

    generator: str = "governed"  # who writes summaries: our own, openai, or a plug-in's name
    generator_url: str | None = None  # of the server that openai asks: https://gpu.clinic:8000/v1
    generator_model: str | None = None  # None: the first that it lists
    generator_api_key: SecretStr | None = None
    generator_authority: Path | None = None  # PEM file; None: the authorities of this machine
    generator_grammar: Literal["auto", "lark", "gbnf", "vllm", "json_schema", "none"] = "auto"
    model_dir: Path | None = (
        None  # None: what `sereno model use` chose, else data_dir/models/default
    )
    factory_dir: Path | None = (
        None  # None: .venv-factory beside the code, which `make factory` makes
    )
    model_threads: int = Field(default=0, ge=0)  # 0: as many as there are cores
    execution_provider: str = "auto"  # auto, cpu or cuda
    summary_deadline: timedelta = timedelta(seconds=60)

    api_keys: bool = True  # False: whoever is on this machine may ask the model for text
    api_requests_per_minute: int = Field(default=60, ge=1)  # of each key
    api_tokens_per_minute: int = Field(default=20_000, ge=1)  # of each key, prompts included
    api_deadline: timedelta = timedelta(seconds=60)
    fhir_requests_per_minute: int = Field(default=300, ge=1)  # of each key

    @property
    def keys(self) -> Path:
        """The folder of the key store."""
        return self.key_dir or self.data_dir / "keys"

    @property
    def model(self) -> Path:
        """The folder of the language model in use: built once, it serves every data directory."""
        if self.model_dir is not None:
            return self.model_dir
        return self.models / model_in_use(self.models)

    @property
    def models(self) -> Path:
        """The folder of all models, a folder each: of this data directory, or else of this user."""
        own, users = (base / "models" for base in (self.data_dir, _default_data_dir()))
        return users if _holds_models(users) and not _holds_models(own) else own

    @property
    def default_model(self) -> Path:
        """The folder in which the default model is built."""
        return self.model_dir or self.models / DEFAULT_MODEL

    def check_tls(self) -> None:
        """Raise ConfigurationError where other machines are to be served without a certificate.

        Or without keys.
        """
        certificate, key = self.tls_certificate, self.tls_key
        if not self.api_keys and self.host not in LOOPBACK_NAMES:
            message = (
                f"{self.host} is seen from other machines, and anybody there could use the model;"
                " unset SERENO_API_KEYS"
            )
            raise ConfigurationError(message)
        if (certificate is None) != (key is None):
            raise ConfigurationError(
                "TLS needs both; set SERENO_TLS_CERTIFICATE and SERENO_TLS_KEY"
            )
        if certificate is None and self.host not in LOOPBACK_NAMES:
            raise ConfigurationError(
                f"{self.host} is seen from other machines, and passwords would travel in the clear;"
                " set SERENO_TLS_CERTIFICATE and SERENO_TLS_KEY"
            )
        for path in (certificate, key):
            if path is not None and not path.is_file():
                raise ConfigurationError(
                    f"{path} is not there; set SERENO_TLS_CERTIFICATE and SERENO_TLS_KEY"
                )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then secret files, then sereno.toml."""
        toml = TomlConfigSettingsSource(settings_cls)
        return init_settings, env_settings, file_secret_settings, toml
