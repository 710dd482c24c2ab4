"""One graded answer: the line that every table and plot is computed from."""

from __future__ import annotations

from dataclasses import dataclass

from hrl.types import Status


@dataclass(frozen=True, slots=True)
class Row:
    """One sample of one problem after its hidden tests were opened.

    Attributes:
        problem, sample: whose answer; samples count from 0.
        group: the problem's group, see `Problem.group`.
        verdict: of the grading tests; `pass` is what counts as solved.
        passed, total: of the grading tests; a program that does not load has 0 of 0.
        message: why it did not pass, one line, or "".
        visible: whether the visible tests pass; None where the protocol shows none or none was run.
        digest: of the program, see `hrl.types.program_digest`.
        prompt_tokens, completion_tokens, model_calls, sandbox_runs: what the answer cost; grading is free.
        seconds: wall time of the answer, grading left out.
        actions: what the policy did, in order; empty for graded files.
        opened: how often the hidden tests were opened: once, or never where there was no program.
    """

    problem: str
    sample: int
    verdict: Status
    passed: int
    total: int
    group: str = ""
    message: str = ""
    visible: bool | None = None
    digest: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    model_calls: int = 0
    sandbox_runs: int = 0
    seconds: float = 0.0
    actions: tuple[str, ...] = ()
    opened: int = 1

    @property
    def solved(self) -> bool:
        """Whether every grading test passes."""
        return self.verdict == "pass"

    @property
    def share(self) -> float:
        """Share of grading tests passed, 0..1: its mean is soft-pass@1."""
        return self.passed / self.total if self.total else 0.0

    @property
    def tokens(self) -> int:
        """Prompt and completion."""
        return self.prompt_tokens + self.completion_tokens
