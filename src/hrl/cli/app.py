"""The `hrl` command: its verbs, put together."""

from __future__ import annotations

from typing import Annotated

import typer

from hrl.cli import (
    analyze,
    compare,
    compare_models,
    config,
    curriculum,
    doctor,
    eval,
    graph,
    policy,
    resume,
    runs,
    sandbox,
    solve,
    task,
    train,
    view,
)
from hrl.cli.version import leave_with_version, show_version

app = typer.Typer(
    name="hrl",
    help="A Markdown task in, a tested program out, driven by a learned policy.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # what rich needs for a prettier --help takes longer to import than all the rest
)


@app.callback()
def hrl(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and leave.", is_eager=True, callback=leave_with_version
        ),
    ] = False,
) -> None:
    """A Markdown task in, a tested program out, driven by a learned policy."""
    del version


app.command("solve")(solve.solve)
app.command("resume")(resume.resume)
app.command("runs")(runs.runs)
app.command("view")(view.view)
app.add_typer(task.app, name="task")
app.add_typer(curriculum.app, name="curriculum")
app.add_typer(sandbox.app, name="sandbox")
app.add_typer(train.app, name="train")
app.add_typer(policy.app, name="policy")
app.command("eval")(eval.evaluate)
app.command("compare")(compare.compare)
app.command("compare-models")(compare_models.compare_models)
app.command("analyze")(analyze.analyze)
app.command("doctor")(doctor.doctor)
app.command("graph")(graph.graph)
app.command("config")(config.config)
app.command("version")(show_version)
