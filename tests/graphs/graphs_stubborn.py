"""Run as a program: a run whose model takes minutes to answer. Usage: python graphs_stubborn.py FOLDER."""

from __future__ import annotations

import sys
from pathlib import Path

from graphs_scenes import ADD, code, new_run, settings_for

from hrl.events import Stamped
from hrl.graphs.solve import run_solve


def main(folder: Path) -> int:
    """Print the run directory, then `waiting` when the model has been asked."""
    answers = [code("generate", "add", "def add(a, b):\n    return a + b\n", seconds=600)]
    settings = settings_for(folder, answers)
    run = new_run(settings, ADD)
    print(run.path, flush=True)

    def tell(stamped: Stamped) -> None:
        if stamped.event.kind == "decided":
            print("waiting", flush=True)

    return run_solve(ADD, "# Add\n", settings, run, listeners=[tell]).exit_code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
