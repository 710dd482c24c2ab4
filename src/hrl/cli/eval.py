"""`hrl eval`: measure policies and models on the benchmarks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from hrl.benchmarks.templates import TemplateReport

app = typer.Typer(help="Measure policies and models on the benchmarks.", no_args_is_help=True)


@app.callback()
def evaluate() -> None:
    """Measure policies and models on the benchmarks."""


@app.command()
def templates(
    policy: Annotated[str | None, typer.Option(help="A policy's name, or the path of a policy file.")] = None,
    sandbox: Annotated[
        str | None, typer.Option(help="Where programs run: auto, docker, bubblewrap or process.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="For the policies random and untrained.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Walk the three episode templates and say how many walks are exactly the template."""
    from hrl.benchmarks.templates import evaluate_templates
    from hrl.config import load_settings
    from hrl.executive import EXECUTIVE
    from hrl.policies import load_policy
    from hrl.sandbox import open_sandbox

    settings = load_settings(policy=policy, sandbox=sandbox, seed=seed)
    chosen = load_policy(settings.policy, EXECUTIVE, seed=settings.seed)
    box = open_sandbox(settings)
    try:
        report = evaluate_templates(chosen, box)
    finally:
        box.close()
    typer.echo(json.dumps(_as_json(report), indent=2) if as_json else _as_text(report))


def _as_json(report: TemplateReport) -> dict[str, object]:
    from hrl.benchmarks.templates import TEMPLATES
    from hrl.types import dump

    return {
        "policy": report.policy,
        "sandbox": report.sandbox,
        "exact": report.exact,
        "templates": {
            name: {"actions": list(TEMPLATES[name]), "exact": share}
            for name, share in report.by_template().items()
        },
        "walks": [dump(walk) for walk in report.walks],
    }


def _as_text(report: TemplateReport) -> str:
    lines = [f"policy {report.policy}, sandbox {report.sandbox}"]
    for walk in report.walks:
        sign = "=" if walk.exact else "≠"
        lines.append(f"{sign} {walk.template:18} {walk.episode:16} {' → '.join(walk.actions)}")
    lines += [f"{share:6.1%} exact on {name}" for name, share in report.by_template().items()]
    lines.append(f"{report.exact:6.1%} exact on all {len(report.walks)} episodes")
    return "\n".join(lines)
