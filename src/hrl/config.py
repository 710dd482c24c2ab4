"""Settings: flag > `HRL_*` environment variable > `hrl.toml` > default. Read once, then frozen."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from hrl.budget import DEFAULT_BUDGET, merged
from hrl.errors import BadInput
from hrl.types import Budget

SandboxChoice = Literal["auto", "docker", "bubblewrap", "process"]
PROMPT_STYLES = ("auto", "chat", "compact", "completion", "completion-unstripped")


def _known_style(name: str) -> str:
    if name in PROMPT_STYLES or (name.startswith("few-shot:") and name != "few-shot:"):
        return name
    raise ValueError(f"{name!r} is no prompt style; use {', '.join(PROMPT_STYLES)} or few-shot:FILE")


PromptStyleChoice = Annotated[str, AfterValidator(_known_style)]


class Settings(BaseSettings):
    """Everything that a user can set.

    A model spec is `bundled`, `hf:ORG/NAME`, `hf:./path`, `openai:MODEL@URL`, `replay:FILE` or
    `scripted:FILE`; None means: a server that listens on this machine, else `bundled`. A policy is a name or
    a path; `auto` for the Hierarchical level means: that of the directory `policy`, else the shipped one.
    """

    model_config = SettingsConfigDict(env_prefix="HRL_", toml_file="hrl.toml", extra="forbid", frozen=True)

    model: str | None = None
    planner_model: str | None = None
    executive_model: str | None = None
    integrator_model: str | None = None
    prompt_style: PromptStyleChoice = "auto"
    api_key: str | None = None
    device: str = "auto"
    dtype: str = "auto"
    temperature: float = 0.2
    top_p: float = 0.95
    max_tokens: int = 512
    policy: str = "default"
    hierarchical_policy: str = "auto"
    sandbox: SandboxChoice = "auto"
    sandbox_image: str = "hrl-sandbox:latest"
    sandbox_runtime: str | None = None
    seconds_per_test: float = 10.0
    memory_mb: int = 512
    tokens: int | None = None
    seconds: float | None = None
    model_calls: int | None = None
    sandbox_runs: int | None = None
    max_parallel: int = 4
    seed: int = 0
    runs_dir: Path = Path(".hrl/runs")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags, then the environment, then `hrl.toml` in the working directory."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    def budget(self, of_task: Budget) -> Budget:
        """The run's bounds: the user's settings, else the task's, else the defaults."""
        mine = Budget(self.tokens, self.seconds, self.model_calls, self.sandbox_runs)
        return merged(mine, merged(of_task, DEFAULT_BUDGET))


def load_settings(**flags: Any) -> Settings:
    """Read the settings once; flags that are None were not given.

    Raises:
        BadInput: a value of the wrong kind, or an unknown key in `hrl.toml`.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as problem:
        first = problem.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"the setting {name!r} is not usable: {first['msg']}") from None
    except ValueError as problem:
        raise BadInput(f"hrl.toml cannot be read: {problem}") from None


def given_path(text: str | Path, refused: type[BadInput] = BadInput) -> Path:
    """The path that a user wrote, `~` expanded; `is_dir`, `is_file` and `exists` of it raise nothing then.

    Args:
        text: as it was written.
        refused: what is raised.

    Raises:
        BadInput: `refused`: no such user, a name that no file can have, a directory that must not be read.
    """
    try:
        path = Path(text).expanduser()
        path.exists()
    except (OSError, RuntimeError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem).rstrip(".")
        raise refused(f"{str(text)!r} cannot be a path: {reason}") from None
    return path
