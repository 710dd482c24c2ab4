"""Generated families of Python functions: references, phrasings, documents, bugs, splits.

What the bundled model is trained on, what benchmarks measure, what the Executive practises on. Everything
is a pure function of the `random.Random` that the caller passes.

Statements that the bundled model is made for (see `docs/bundled-model.md` for the phrases):

- one function: a sentence in the imperative ("Keep the even numbers of `xs`, square each of them and
  return their sum."), perhaps after a sentence of context, or two families in a chain ("Reverse `s`; call
  the result `mid`. Count the vowels in `mid`.");
- a project: a numbered list, one item a function, each with its back-quoted signature, and a main
  function that "applies" the others in words;
- a rule from a document: the goal names a made-up rule ("Add the Kalmir surcharge to `amount`") whose
  numbers stand in one short sentence of the document, together with that name.

One function in ten wants something that its statement leaves unsaid and a visible test shows (see `unsaid`).

Splits: `train`; `validation` (other problems of the same kinds); and what training never shows:
`unseen_parameters` (a constant), `unseen_combinations` (a pair of families in a chain, or parts of a
pipeline), `unseen_phrasings` (a sentence), `unseen_documents` (how a document says a rule),
`unseen_families` (a family in any form). Each has the training's mix of single families, pipelines and
chains, as far as it can. Hashes decide what is held out, so nothing moves when a family
is added.
"""

from __future__ import annotations

from hrl.curriculum.families import FAMILIES, draw_function
from hrl.curriculum.grammars import GRAMMARS
from hrl.curriculum.problem import SPLITS, Case, Family, Problem, Split
from hrl.curriculum.projects import Project, draw_project
from hrl.curriculum.rules import RULES, RuleProblem, draw_rule
from hrl.curriculum.tasks import KINDS, Sample, sample, sample_task, to_markdown

__all__ = [
    "GRAMMARS",
    "KINDS",
    "RULES",
    "SPLITS",
    "Case",
    "Family",
    "Problem",
    "Project",
    "RuleProblem",
    "Sample",
    "Split",
    "draw_function",
    "draw_project",
    "draw_rule",
    "families",
    "sample",
    "sample_task",
    "to_markdown",
]


def families() -> tuple[str, ...]:
    """Names of all families: single functions, pipelines, document rules."""
    names = [family.name for family in FAMILIES]
    return (*names, *(grammar.name for grammar in GRAMMARS), *(rule.name for rule in RULES))
