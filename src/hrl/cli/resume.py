"""`hrl resume`: a run that was interrupted, killed or failed goes on where it stood."""

from __future__ import annotations

from hrl.cli.comparing import carry_comparison
from hrl.cli.execution import carry_out
from hrl.cli.measuring import measured
from hrl.cli.options import DisplayOption, JsonOption, OutputOption, QuietOption, RunArgument, VerboseOption
from hrl.cli.output import check_output
from hrl.errors import RunError


def resume(
    run: RunArgument = "latest",
    output: OutputOption = None,
    display: DisplayOption = None,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
    quiet: QuietOption = False,
) -> None:
    """Continue RUN after an interruption, without asking the model again for what it answered.

    Exit codes as for solve; 2 when the run is finished, runs elsewhere, or cannot be read.
    """
    from hrl.benchmarks.comparison import is_comparison
    from hrl.benchmarks.question import is_evaluation
    from hrl.config import load_settings
    from hrl.runs import RunResult, find_run

    place = check_output(output)
    found = find_run(load_settings().runs_dir, run)

    if is_comparison(found):
        result = RunResult.read(found)
        if result is not None and result.finished:
            raise RunError(f"the run {found.id} is finished ({result.status}); there is nothing to resume")
        with found.lock():
            carry_comparison(found, display=display, as_json=as_json, quiet=quiet)
        return
    if is_evaluation(found):
        from hrl.benchmarks.session import go_on

        with found.lock():
            measured(go_on(found), display=display, as_json=as_json, quiet=quiet)
        return

    from hrl.graphs.solve import resume as resume_run

    carry_out(
        found,
        lambda listeners: resume_run(found, listeners=listeners),
        place=place,
        display=display,
        as_json=as_json,
        verbose=verbose,
        quiet=quiet,
    )
