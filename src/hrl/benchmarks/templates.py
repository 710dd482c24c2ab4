"""The three episode templates of the project's origin, as scripted tasks in the real sandbox.

Each episode is an ordinary task file with a `scripted:` model beside it (`episodes/TEMPLATE/NAME.md` and
`.yaml`), so `hrl solve NAME.md -m scripted:NAME.yaml` walks it too. The functions and their bugs differ,
and none of them occurs in training: a policy can only get them right by its features.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hrl.budget import DEFAULT_BUDGET, Ledger
from hrl.config import Settings
from hrl.events import Decided, MemoryRecorder
from hrl.executive import Tools, outcome, run_episode, start_episode
from hrl.llm import open_model
from hrl.planner import single_plan
from hrl.policies.base import Policy
from hrl.retrieval import open_index
from hrl.sandbox.base import Limits, Sandbox
from hrl.task import read_task
from hrl.types import dump

EPISODES = Path(__file__).parent / "episodes"
TEMPLATES: dict[str, tuple[str, ...]] = {
    "first-try": ("generate", "test", "stop"),
    "one-repair": ("generate", "test", "debug", "test", "stop"),
    "search-and-repair": ("generate", "test", "debug", "test", "search", "debug", "test", "stop"),
}


@dataclass(frozen=True, slots=True)
class Walk:
    """One episode as a policy walked it; `exact` when its actions are the template's."""

    template: str
    episode: str
    actions: tuple[str, ...]
    outcome: str
    exact: bool


@dataclass(frozen=True, slots=True)
class TemplateReport:
    """All episodes of all templates under one policy."""

    policy: str
    sandbox: str
    walks: tuple[Walk, ...]

    @property
    def exact(self) -> float:
        """Share of walks that are exactly their template, 0..1."""
        return sum(walk.exact for walk in self.walks) / len(self.walks)

    def by_template(self) -> dict[str, float]:
        """The same share for each template."""
        shares = {}
        for template in TEMPLATES:
            walks = [walk for walk in self.walks if walk.template == template]
            shares[template] = sum(walk.exact for walk in walks) / len(walks)
        return shares

    def summary(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "policy": self.policy,
            "sandbox": self.sandbox,
            "exact": self.exact,
            "templates": {
                name: {"actions": list(TEMPLATES[name]), "exact": share}
                for name, share in self.by_template().items()
            },
            "walks": [dump(walk) for walk in self.walks],
        }

    def text(self) -> str:
        """For a terminal."""
        lines = [f"policy {self.policy}, sandbox {self.sandbox}"]
        for walk in self.walks:
            sign = "=" if walk.exact else "≠"
            lines.append(f"{sign} {walk.template:18} {walk.episode:16} {' → '.join(walk.actions)}")
        lines += [f"{share:6.1%} exact on {name}" for name, share in self.by_template().items()]
        lines.append(f"{self.exact:6.1%} exact on all {len(self.walks)} episodes")
        return "\n".join(lines)


def episodes() -> Iterator[tuple[str, Path]]:
    """Every template's name with each of its task files."""
    for template in TEMPLATES:
        for path in sorted((EPISODES / template).glob("*.md")):
            yield template, path


def evaluate_templates(policy: Policy, sandbox: Sandbox, *, stdlib: bool = True) -> TemplateReport:
    """Walk every episode with the policy.

    Args:
        policy: decides at every step.
        sandbox: runs the scripted programs.
        stdlib: whether the search finds the standard library's docstrings too, as in `hrl solve`.

    Raises:
        EnvironmentFailure: the sandbox, not a program, failed.
    """
    walks = tuple(_walk(template, path, policy, sandbox, stdlib) for template, path in episodes())
    return TemplateReport(policy.name, sandbox.backend, walks)


def _walk(template: str, path: Path, policy: Policy, sandbox: Sandbox, stdlib: bool) -> Walk:
    task, _ = read_task(str(path))
    model = open_model(f"scripted:{path.with_suffix('.yaml')}", Settings())
    recorder = MemoryRecorder()
    tools = Tools(
        model=model,
        sandbox=sandbox,
        retriever=open_index(task.documents, stdlib=stdlib),
        recorder=recorder,
        ledger=Ledger(DEFAULT_BUDGET),
        limits=Limits(seconds_per_test=5.0),
    )
    start = start_episode(
        task.id,
        single_plan(task).subtasks[0],
        episode_id=path.stem,
        entry_point=task.entry_point,
        has_documents=bool(task.documents),
    )
    try:
        end = run_episode(start, policy, tools)
    finally:
        model.close()
    actions = tuple(event.action for event in recorder.events if isinstance(event, Decided))
    return Walk(template, path.stem, actions, outcome(end), actions == TEMPLATES[template])
