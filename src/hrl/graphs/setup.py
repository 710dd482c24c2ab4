"""What a run directory holds before anything runs, so that a kill at any moment can be resumed from it."""

from __future__ import annotations

from dataclasses import dataclass

from hrl.config import Settings
from hrl.errors import RunError
from hrl.llm import resolve_spec
from hrl.runs import (
    RunDirectory,
    RunResult,
    describe_environment,
    read_configuration,
    write_configuration,
)
from hrl.types import Task, dump, load

ROLES = ("planner", "executive", "integrator")
_FORMAT = "hrl-run-1"


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
    write_configuration(run, _FORMAT, settings, models=specs)
    return Setup(run, task, settings, specs, notes)


def read_setup(run: RunDirectory) -> Setup:
    """Read what `write_setup` wrote, for a run that is to go on.

    Raises:
        RunError: the run is finished, foreign, damaged, or was made by another version.
    """
    config, settings = read_configuration(run, _FORMAT, "hrl solve")
    result = RunResult.read(run)
    if result is not None and result.finished:
        raise RunError(f"the run {run.id} is finished ({result.status}); there is nothing to resume")
    return Setup(run, _task(run), settings, dict(config["models"]))


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


def _task(run: RunDirectory) -> Task:
    try:
        return load(Task, run.read_json(run.task))
    except ValueError:
        raise RunError(f"task.json of the run {run.id} is not one of this version") from None
