"""The training loop: AdamW with warm-up and linear decay, loss on answers only, resumable.

A run is a directory: `checkpoint.pt` (written atomically), `metrics.jsonl`, `tokenizer/`, and
`failures-N.jsonl`, the model's own wrong programs of each round (see `failures`). Exported
weights are an exponential moving average, which at any moment is better than the weights in motion.
It leaves out what a single small model does not need: several devices, gradient accumulation.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch

from hrl.benchmarks.skills.drawing import WEIGHTS
from hrl.errors import BadInput
from hrl.runs import LineFile
from hrl.training.bundled.batches import Batch, pool
from hrl.training.bundled.failures import Failure, load, save
from hrl.training.bundled.network import answer_loss, new_model
from hrl.training.bundled.sampling import exact_matches
from hrl.training.bundled.tokens import train_tokenizer


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a training is. A run is resumed with the same seed, hidden size and layers, or not at all.

    Attributes:
        bf16: autocast to bfloat16; None: where the device has it (elsewhere it is 2.5 times slower).
        minutes, tokens: the end, whichever comes first; also the length of the decay.
        rounds: shares of the run after which the model's own wrong programs are collected.
        round_problems: how many problems a round asks for.
        checkpoint_minutes, validate_minutes: how often to save and to measure.
        weights: of the skills; those that are behind get more (see `weighted`).
    """

    minutes: float | None = 60.0
    tokens: int | None = None
    seed: int = 0
    learning_rate: float = 1.5e-3
    warmup_steps: int = 60
    batch_tokens: int = 2400
    pool_examples: int = 512
    tokenizer_samples: int = 9000
    hidden: int = 256
    layers: int = 5
    threads: int = 2
    rounds: tuple[float, ...] = (0.4, 0.6, 0.8)
    round_problems: int = 1500
    bf16: bool | None = None
    checkpoint_minutes: float = 2.0
    validate_minutes: float = 6.0
    validation_samples: int = 32
    weights: dict[str, float] = field(default_factory=lambda: dict(WEIGHTS))


@dataclass
class Progress:
    """What a display shows: where the training is and how it goes."""

    step: int = 0
    pool: int = 0
    rounds: int = 0
    tokens: int = 0
    seconds: float = 0.0
    loss: float = 0.0
    rate: float = 0.0
    matches: dict[str, float] = field(default_factory=dict)

    def share(self, recipe: Recipe) -> float:
        """How much of the run is done, 0..1."""
        by_time = self.seconds / (recipe.minutes * 60) if recipe.minutes else 0.0
        by_tokens = self.tokens / recipe.tokens if recipe.tokens else 0.0
        return min(1.0, max(by_time, by_tokens))


class Training:
    """One run in `directory`; `run` goes on until the recipe's end.

    Args:
        directory: of the run.
        recipe: what to train.
        resume: go on from the checkpoint that is there.
        collector: makes a round of failures, given this training and the round's number.
    """

    def __init__(
        self,
        directory: Path,
        recipe: Recipe,
        *,
        resume: bool = False,
        collector: Callable[[Training, int], list[Failure]] = lambda training, number: [],
    ) -> None:
        torch.set_num_threads(recipe.threads)
        self.directory, self.recipe, self.progress = directory, recipe, Progress()
        found = (directory / "checkpoint.pt").exists()
        if found and not resume:
            raise BadInput(f"{directory} holds a training already; add --resume to go on with it")
        directory.mkdir(parents=True, exist_ok=True)
        self.tokenizer = self._tokenizer()
        self.accelerator = _accelerator(recipe)
        model = new_model(self.tokenizer, hidden=recipe.hidden, layers=recipe.layers, seed=recipe.seed)
        self.average = copy.deepcopy(model).requires_grad_(False).to(self.accelerator.device)
        self.model, self.optimizer = self.accelerator.prepare(model, _optimizer(model, recipe))
        self._collector = collector
        self.failures: list[Failure] = []
        if found:
            self._load()

    def run(self, listener: Callable[[Progress], None] = lambda _: None) -> None:
        """Train to the end; Ctrl-C saves and raises."""
        progress, saved, validated = self.progress, self.progress.seconds, self.progress.seconds
        try:
            while progress.share(self.recipe) < 1.0:
                for batch in self._pool():
                    self._step(batch)
                    listener(progress)
                progress.pool += 1
                self._collect()
                if progress.seconds - validated >= self.recipe.validate_minutes * 60:
                    validated = progress.seconds
                    self.validate()
                if progress.seconds - saved >= self.recipe.checkpoint_minutes * 60:
                    saved = progress.seconds
                    self.save()
        finally:
            self.save()
        self.validate()

    def _pool(self) -> list[Batch]:
        share = self.progress.share(self.recipe)
        recipe = self.recipe
        started = time.monotonic()
        drawn = pool(
            self.tokenizer,
            weighted(recipe.weights, self.progress.matches),
            seed=recipe.seed,
            number=self.progress.pool,
            progress=share,
            examples=recipe.pool_examples,
            batch_tokens=recipe.batch_tokens,
            failures=self.failures,
        )
        batches = list(drawn)
        self.progress.seconds += time.monotonic() - started
        return batches

    def _collect(self) -> None:
        """Ask for a round of wrong programs where one is due; a saved one is taken as it is."""
        started = time.monotonic()
        share, rounds = self.progress.share(self.recipe), self.recipe.rounds
        while self.progress.rounds < len(rounds) and rounds[self.progress.rounds] <= share < 1.0:
            path = self._round(self.progress.rounds)
            if not path.exists():
                found = self._collector(self, self.progress.rounds)
                torch.set_num_threads(self.recipe.threads)
                save(path, found)
            self.failures += load(path)
            self.progress.rounds += 1
        self.progress.seconds += time.monotonic() - started

    def _round(self, number: int) -> Path:
        return self.directory / f"failures-{number}.jsonl"

    def _step(self, batch: Batch) -> None:
        started = time.monotonic()
        progress = self.progress
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.recipe, progress.step, progress.share(self.recipe))
        self.model.train()
        with self.accelerator.autocast():
            device = self.accelerator.device
            loss = answer_loss(self.model, batch.ids.to(device), batch.answers.to(device))
        self.accelerator.backward(loss)
        self.accelerator.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self._average()
        seconds = time.monotonic() - started
        progress.step += 1
        progress.tokens += batch.tokens
        progress.seconds += seconds
        progress.loss = loss.item() if progress.step == 1 else 0.98 * progress.loss + 0.02 * loss.item()
        progress.rate = 0.95 * progress.rate + 0.05 * batch.tokens / seconds

    def _average(self) -> None:
        decay = min(0.998, (1 + self.progress.step) / (10 + self.progress.step))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.average.parameters()), list(self.model.parameters()), 1 - decay)

    def validate(self) -> None:
        """Exact matches on the validation split, into the progress and `metrics.jsonl`."""
        recipe, progress = self.recipe, self.progress
        progress.matches = exact_matches(
            self.average, self.tokenizer, "validation", count=recipe.validation_samples, seed=recipe.seed
        )
        entry = {name: value for name, value in asdict(progress).items() if name != "pool"}
        with LineFile(self.directory / "metrics.jsonl") as lines:
            lines.append(entry)

    def save(self) -> None:
        """Write the checkpoint; the old one stays until the new one is whole."""
        state = {
            "model": self.model.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "progress": asdict(self.progress),
            "recipe": _fixed(self.recipe),
        }
        path = self.directory / "checkpoint.pt"
        torch.save(state, path.with_suffix(".new"))
        path.with_suffix(".new").replace(path)

    def _load(self) -> None:
        state = torch.load(self.directory / "checkpoint.pt", weights_only=True)
        mine = _fixed(self.recipe)
        changed = [name for name in mine if mine[name] != state["recipe"][name]]
        if changed:
            raise BadInput(f"the training in {self.directory} was started with another {', '.join(changed)}")
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.progress = Progress(**state["progress"])
        for number in range(self.progress.rounds):
            self.failures += load(self._round(number))

    def _tokenizer(self) -> Any:
        from transformers import AutoTokenizer

        place = self.directory / "tokenizer"
        if not place.exists():
            train_tokenizer(self.recipe.seed, self.recipe.tokenizer_samples).save_pretrained(place)
        return AutoTokenizer.from_pretrained(place)


def weighted(weights: dict[str, float], matches: dict[str, float]) -> dict[str, float]:
    """The weights of the skills, lower the more of a skill's answers matched when it was measured last."""
    return {skill: weight * (1.2 - matches.get(skill, 0.5)) for skill, weight in weights.items()}


def learning_rate(recipe: Recipe, step: int, share: float) -> float:
    """Linear warm-up over steps, then linear decay over the run to a fiftieth."""
    warm = min(1.0, (step + 1) / recipe.warmup_steps)
    return recipe.learning_rate * warm * max(0.02, 1.0 - share)


def _optimizer(model: Any, recipe: Recipe) -> torch.optim.Optimizer:
    matrices = [weights for weights in model.parameters() if weights.dim() > 1]
    vectors = [weights for weights in model.parameters() if weights.dim() == 1]
    groups = [{"params": matrices, "weight_decay": 0.05}, {"params": vectors, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=recipe.learning_rate, betas=(0.9, 0.98), fused=True)


def _accelerator(recipe: Recipe) -> Any:
    from accelerate import Accelerator

    device = torch.cuda.is_available()
    fast = torch.cuda.is_bf16_supported() if device else torch.cpu._is_avx512_bf16_supported()
    bf16 = fast if recipe.bf16 is None else recipe.bf16
    return Accelerator(cpu=not device, mixed_precision="bf16" if bf16 else "no")


def _fixed(recipe: Recipe) -> dict[str, Any]:
    """What may not change between the parts of a run."""
    return {name: value for name, value in asdict(recipe).items() if name in {"seed", "hidden", "layers"}}
