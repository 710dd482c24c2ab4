"""`hrl sandbox`: build the image, grade one program, clean up after killed runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from hrl.types import TestReport

app = typer.Typer(help="The sandbox: build its image, grade a program in it, clean up.", no_args_is_help=True)


@app.command()
def build(
    packages: Annotated[
        list[str] | None, typer.Option("--package", help="A pip requirement to bake in.")
    ] = None,
    image: Annotated[str | None, typer.Option(help="The image's name.")] = None,
    mirror: Annotated[str | None, typer.Option(help="A Debian mirror; default: this machine's own.")] = None,
    suite: Annotated[str, typer.Option(help="The Debian release.")] = "bookworm",
    registry: Annotated[
        str | None, typer.Option(help="Take this image from its registry, for example python:3.11-slim.")
    ] = None,
) -> None:
    """Make the image that the Docker backend runs."""
    from hrl.config import load_settings
    from hrl.sandbox.image import build_image

    name = image or load_settings().sandbox_image
    identity = build_image(
        name,
        packages=packages or (),
        mirror=mirror,
        suite=suite,
        registry_image=registry,
        report=lambda line: typer.echo(line, err=True),
    )
    typer.echo(f"{name} {identity}")


@app.command()
def grade(
    candidate: Annotated[Path, typer.Argument(help="The program to grade.")],
    tests: Annotated[
        Path, typer.Option("--tests", help="Tests: Python, or doctest examples (.txt, .pycon).")
    ],
    backend: Annotated[str | None, typer.Option(help="auto, docker, bubblewrap or process.")] = None,
    timeout: Annotated[float | None, typer.Option(help="Seconds for each test.")] = None,
    entry_point: Annotated[str | None, typer.Option(help="The function that the tests call.")] = None,
    helpers: Annotated[Path | None, typer.Option(help="Trusted source that the tests may use.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Grade one program: exit 0 when every test passes, 1 otherwise, 3 without a sandbox."""
    report = _grade(candidate, tests, backend, timeout, entry_point, helpers)
    _show(report, as_json)
    raise typer.Exit(0 if report.verdict == "pass" else 1)


@app.command()
def clean() -> None:
    """Remove the containers, processes and folders that killed runs have left.

    Every start does the same for its own backend.
    """
    from hrl.errors import SandboxUnavailable
    from hrl.sandbox.leftovers import sweep_machine

    try:
        containers = str(_sweep_engine())
    except SandboxUnavailable as problem:
        containers = "no"
        typer.echo(f"containers were not looked at: {problem}", err=True)
    typer.echo(f"removed {containers} containers, {sweep_machine()} processes and folders")


def _sweep_engine() -> int:
    from hrl.sandbox.engine import connect, sweep

    client = connect()
    try:
        return sweep(client)
    finally:
        client.close()


def _grade(
    candidate: Path,
    tests: Path,
    backend: str | None,
    timeout: float | None,
    entry_point: str | None,
    helpers: Path | None,
) -> TestReport:
    from hrl.config import load_settings
    from hrl.errors import BadInput
    from hrl.sandbox import Job, Limits, open_sandbox
    from hrl.sandbox.reading import problem_of
    from hrl.types import TestCode

    settings = load_settings(sandbox=backend, seconds_per_test=timeout, max_parallel=1)
    code = TestCode(_text(tests), "doctest" if tests.suffix in (".txt", ".pycon") else "python")
    problem = problem_of(code)
    if problem is not None or not code.source.strip():
        raise BadInput(f"{tests}: {problem or 'there are no tests'}")
    trusted = _text(helpers) if helpers is not None else ""
    job = Job(_text(candidate), (code,), entry_point, trusted, Limits.of(settings))
    with open_sandbox(settings) as sandbox:
        return sandbox.run(job)


def _text(path: Path) -> str:
    from hrl.errors import BadInput

    try:
        return path.read_text(encoding="utf-8")
    except OSError as problem:
        raise BadInput(f"{path}: {problem.strerror}") from None
    except UnicodeDecodeError:
        raise BadInput(f"{path} is not a text file") from None


def _show(report: TestReport, as_json: bool) -> None:
    import json
    from dataclasses import asdict

    if as_json:
        data = asdict(report)
        data["tests"] = data.pop("outcomes")
        typer.echo(json.dumps(data))
        return
    for outcome in report.outcomes:
        typer.echo(
            f"{outcome.status:8} {outcome.name}" + (f"  ({outcome.message})" if outcome.message else "")
        )
    typer.echo(
        f"{report.verdict}: {report.passed} of {report.total}, {report.seconds:.2f} s, {report.isolation}"
    )
