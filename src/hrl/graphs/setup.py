"""What a run directory holds before anything runs, so that a kill at any moment can be resumed from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hrl import __version__
from hrl.config import Settings, load_settings
from hrl.errors import BadInput, RunError
from hrl.llm import resolve_spec
from hrl.runs import RunDirectory, RunResult, describe_environment
from hrl.types import Task, dump, load

ROLES = ("planner", "executive", "integrator")
_FORMAT = "hrl-run-1"
_SECRETS = {"api_key"}


@dataclass(frozen=True, slots=True)
class Setup:
    """Everything that a session starts from.

    Attributes:
        specs: role → the model spec that was resolved when the run began.
        notes: sentences that the user should read, for example which server was found.
    """

    run: RunDirectory
    task: Task
    settings: Settings
    specs: dict[str, str]
    notes: tuple[str, ...] = ()


def write_setup(run: RunDirectory, task: Task, text: str, settings: Settings) -> Setup:
    """Resolve the models and write task, environment and configuration; `config.json` comes last.

    Raises:
        ModelSpecError: a model is named wrongly.
        StorageFailure: the directory cannot be written.
    """
    specs, notes = _resolve(settings)
    run.write_text(run.task_text, text)
    run.write_json(run.task, dump(task))
    run.write_json(run.environment, describe_environment())
    config = {
        "format": _FORMAT,
        "version": __version__,
        "models": specs,
        "settings": settings.model_dump(mode="json", exclude=_SECRETS),
    }
    run.write_json(run.config, config)
    return Setup(run, task, settings, specs, notes)


def read_setup(run: RunDirectory) -> Setup:
    """Read what `write_setup` wrote, for a run that is to go on.

    Raises:
        RunError: the run is finished, foreign, damaged, or was made by another version.
    """
    config = run.read_json(run.config)
    if not isinstance(config, dict) or config.get("format") != _FORMAT:
        raise RunError(f"{run.path} was not made by `hrl solve`; it cannot be resumed")
    if config.get("version") != __version__:
        raise RunError(f"the run {run.id} was made by hrl {config.get('version')}, this is {__version__}")
    result = RunResult.read(run)
    if result is not None and result.finished:
        raise RunError(f"the run {run.id} is finished ({result.status}); there is nothing to resume")
    return Setup(run, _task(run), _settings(run, config), dict(config["models"]))


def _resolve(settings: Settings) -> tuple[dict[str, str], tuple[str, ...]]:
    """One spec for each role; a role without its own takes the common one."""
    common, how = "", ""
    specs = {}
    for role in ROLES:
        own = getattr(settings, f"{role}_model")
        if own is None and not common:
            common, how = resolve_spec(None, settings)
        specs[role] = resolve_spec(own, settings)[0] if own else common
    return specs, (how,) if how and settings.model is None else ()


def _settings(run: RunDirectory, config: dict[str, Any]) -> Settings:
    try:
        return load_settings(**config["settings"])
    except (BadInput, KeyError, TypeError) as problem:
        raise RunError(f"config.json of the run {run.id} cannot be used: {problem}") from None


def _task(run: RunDirectory) -> Task:
    try:
        return load(Task, run.read_json(run.task))
    except ValueError:
        raise RunError(f"task.json of the run {run.id} is not one of this version") from None
