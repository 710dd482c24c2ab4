"""What a statement leaves unsaid and only the tests show: what nothing gives, the order, the letters' case.

People's statements are silent on such points, and a program written from the words alone then fails a
visible test. No better writer would have passed it, and asking again does not help; reading the report does.
"""

from __future__ import annotations

import ast
import random
import re
from dataclasses import replace

from hrl.curriculum.problem import Problem, with_body

# What a function may give where there is nothing to work on, by the annotation of its result.
_OF_NOTHING = {
    "int": ("-1", "0", "None"),
    "int | None": ("-1", "0", "None"),
    "str": ('""', '"-"', '"none"', "None"),
    "bool": ("True", "False", "None"),
    "list[int]": ("[]", "None"),
    "list[str]": ("[]", "None"),
    "dict[str, int]": ("{}", "None"),
}
# What may be done with a pipeline's result, likewise. Other families have an order of their own.
_FINISHED = {
    "str": ("{}.upper()", "{}.lower()"),
    "list[int]": ("sorted({})", "list(dict.fromkeys({}))"),
    "list[str]": ("sorted({})", "list(dict.fromkeys({}))"),
}
# A statement with such a word is not silent on the point.
_SPEAKS_OF_NOTHING = re.compile(r"\b(empty|no|none|nothing|default|blank|missing|otherwise|zero|0)\b", re.I)
_SPEAKS_OF_FORM = re.compile(
    r"\b(\w*order\w*|sort\w*|revers\w*|last|upper\w*|lower\w*|\w*case|capital\w*|once|differ\w*|distinct"
    r"|unique|duplicates?|largest|smallest)\b",
    re.I,
)


def leave_unsaid(problem: Problem, rng: random.Random) -> Problem | None:
    """The same statement for a function that does one thing more; None where nothing fits.

    The new problem's `plain` is the body that the statement describes, and a few cases are enough to tell
    the two apart.
    """
    bodies = [(body, way is _guarded) for way in (_guarded, _finished) if (body := way(problem, rng))]
    for body, of_nothing in rng.sample(bodies, len(bodies)):
        made = replace(problem, body=body, plain=problem.body, of_nothing=of_nothing)
        if all(made.tells(made.cases(random.Random(seed), 2)) for seed in range(4)):
            return made
    return None


def _guarded(problem: Problem, rng: random.Random) -> str:
    """A result of its own for an empty argument; "" where none fits."""
    results = _OF_NOTHING.get(problem.returns)
    numbers = [kind in ("int", "float", "bool") for kind in problem.types]
    if not results or numbers[0] or not all(numbers[1:]) or _SPEAKS_OF_NOTHING.search(problem.goal):
        return ""
    return f"if not {problem.arguments[0]}:\n    return {rng.choice(results)}\n{problem.body}"


def _finished(problem: Problem, rng: random.Random) -> str:
    """Every result of a pipeline in another order or case; "" where none fits."""
    forms = _FINISHED.get(problem.returns) if problem.family.endswith("pipeline") else None
    if not forms or '"' in problem.goal or _SPEAKS_OF_FORM.search(problem.goal):
        return ""
    form = rng.choice(forms)
    source = with_body(problem.bare_signature, problem.body)
    lines = problem.body.split("\n")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Return):
            value, line = node.value, lines[node.lineno - 2]
            if value is None or node.end_lineno != node.lineno:
                return ""
            text = ast.get_source_segment(source, value) or ""
            closed = isinstance(value, ast.Name | ast.Call | ast.Subscript | ast.ListComp)
            bare = form.startswith("{}") and not closed
            lines[node.lineno - 2] = line.replace(
                f"return {text}", f"return {form.format(f'({text})' if bare else text)}"
            )
    return "\n".join(lines)
