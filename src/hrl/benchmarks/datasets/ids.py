"""One spelling of a problem's name: files of samples write `11`, `"11"`, `Mbpp/11`, `HumanEval/0` or `0`."""

from __future__ import annotations

import re

_SPELLED = {"humaneval": "HumanEval/", "mbpp": "", "mbpp-sanitized": ""}
_NUMBERED = re.compile(r"(?:(humaneval|mbpp)/)?(\d+)", re.IGNORECASE)


def canonical_id(task_id: int | str, dataset: str) -> str:
    """The problem's id as `hrl.benchmarks.problem.Problem` has it.

    A name that belongs to another benchmark, or to a file's own problems, comes back as it is: `Mbpp/11`
    never names a problem of HumanEval.

    Args:
        task_id: as a file of samples writes it.
        dataset: the name of the dataset, see `hrl.benchmarks.problem.Dataset`.
    """
    text = str(task_id).strip()
    found = _NUMBERED.fullmatch(text)
    if found is None or dataset not in _SPELLED:
        return text
    benchmark, number = found.groups()
    if benchmark and not dataset.startswith(benchmark.lower()):
        return text
    return f"{_SPELLED[dataset]}{int(number)}"
