"""`hrl train bundled`: train, export, measure, with a progress bar on stderr."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from hrl.benchmarks.skills import Row, measure
from hrl.config import load_settings
from hrl.training.bundled.export import export, write_card
from hrl.training.bundled.failures import Failure, collect
from hrl.training.bundled.loop import Progress as State
from hrl.training.bundled.loop import Recipe, Training


def train_bundled(
    out: Path, recipe: Recipe, *, resume: bool, command: str, console: Console
) -> tuple[Path, State]:
    """Train in `out` (or go on there) and export to `out/model`; Ctrl-C saves the state and raises."""
    training = Training(out, recipe, resume=resume, collector=own_failures)
    bar = Progress(
        TextColumn("bundled"),
        BarColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[figures]}"),
        console=console,
    )
    with bar:
        row = bar.add_task("bundled", total=1.0, figures="")

        def show(state: State) -> None:
            bar.update(row, completed=state.share(recipe), figures=figures(state))

        training.run(show)
    directory = out / "model"
    export(training, directory, command=command)
    return directory, training.progress


def own_failures(training: Training, number: int) -> list[Failure]:
    """A round of wrong programs: the averaged model as it stands, asked as `hrl solve` asks it."""
    from hrl.llm import open_model
    from hrl.sandbox import open_sandbox

    directory, recipe = training.directory / "round", training.recipe
    export(training, directory, command="a round of hrl train bundled")
    settings = load_settings()
    with (
        closing(open_model(f"hf:{directory.resolve()}", settings)) as model,
        open_sandbox(settings) as sandbox,
    ):
        return collect(model, sandbox, seed=recipe.seed, number=number, problems=recipe.round_problems)


def figures(state: State) -> str:
    """Loss, speed, and the last exact matches, in one line."""
    matches = " ".join(f"{skill} {share:.0%}" for skill, share in state.matches.items())
    return f"loss {state.loss:.3f}  {state.rate:,.0f} tokens/s  {state.tokens / 1e6:.2f}M  {matches}"


def measure_bundled(
    directory: Path, *, samples: int, seed: int, command: str, console: Console
) -> tuple[Row, ...]:
    """Measure a model directory in the sandbox, and write the table into its card."""
    from hrl.llm import open_model
    from hrl.sandbox import open_sandbox

    settings = load_settings()
    rows: tuple[Row, ...] = ()
    with (
        closing(open_model(f"hf:{directory.resolve()}", settings)) as model,
        open_sandbox(settings) as sandbox,
    ):
        for row in measure(model, sandbox, samples=samples, seed=seed):
            console.print(f"{row.skill:>9} {row.split:<20} {row.share:6.1%}  of {row.samples}")
            rows += (row,)
    write_card(directory, rows, measured=f"`{command}` ({sandbox.backend} sandbox)")
    return rows
