"""`config.json`: who made a run, by which version, with which settings; what else it holds is its maker's.

Secrets are never written: a run that goes on takes them from the environment again.
"""

from __future__ import annotations

from typing import Any, TypeVar

from hrl import __version__
from hrl.config import Settings, load_settings
from hrl.errors import BadInput, RunError
from hrl.runs.directory import RunDirectory
from hrl.types import load

T = TypeVar("T")
_SECRETS = {"api_key"}


def write_configuration(run: RunDirectory, form: str, settings: Settings, **parts: Any) -> None:
    """Write it; a directory is a run from then on.

    Args:
        run: the directory.
        form: names maker and layout, for example `hrl-run-1`.
        settings: everything that the user set.
        parts: plain JSON values of the maker.

    Raises:
        StorageFailure: it cannot be written.
    """
    kept = settings.model_dump(mode="json", exclude=_SECRETS)
    run.write_json(run.config, {"format": form, "version": __version__, "settings": kept, **parts})


def form_of(run: RunDirectory) -> str:
    """The form that was written, or "" where it says none.

    Raises:
        RunError: the file is missing or damaged.
    """
    config: Any = run.read_json(run.config)
    return str(config.get("format", "")) if isinstance(config, dict) else ""


def read_configuration(run: RunDirectory, form: str, maker: str) -> tuple[dict[str, Any], Settings]:
    """What was written, and the settings in it.

    Args:
        run: the directory.
        form: the form that is expected.
        maker: the command that writes it, for the sentence.

    Raises:
        RunError: another command or another version made the run, or it is damaged.
    """
    config: Any = run.read_json(run.config)
    if not isinstance(config, dict) or config.get("format") != form:
        raise RunError(f"{run.path} was not made by `{maker}`; it cannot be resumed")
    if config.get("version") != __version__:
        raise RunError(f"the run {run.id} was made by hrl {config.get('version')}, this is {__version__}")
    try:
        return config, load_settings(**config["settings"])
    except (BadInput, KeyError, TypeError) as problem:
        raise RunError(f"config.json of the run {run.id} cannot be used: {problem}") from None


def read_part(run: RunDirectory, form: str, maker: str, name: str, kind: type[T]) -> tuple[T, Settings]:
    """One part that the maker wrote as `dump` of a dataclass, and the settings.

    Raises:
        RunError: as `read_configuration`; or the part is missing or damaged.
    """
    config, settings = read_configuration(run, form, maker)
    try:
        return load(kind, config[name]), settings
    except (KeyError, ValueError) as problem:
        raise RunError(f"config.json of the run {run.id} cannot be used: {problem}") from None
