"""Writes a trained model as an ordinary directory of transformers, with its card.

Files: `config.json`, `model.safetensors` (bfloat16), the tokenizer, `chat_template.jinja`,
`generation_config.json`, `hrl.json` (prompt style and figures) and `README.md`, the card.
"""

from __future__ import annotations

import copy
import json
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from string import Template

import torch

from hrl.benchmarks.skills import Row, table
from hrl.benchmarks.skills.measuring import MAX_TOKENS
from hrl.training.bundled.loop import Training
from hrl.training.bundled.network import parameters


def export(training: Training, directory: Path, *, command: str) -> None:
    """Save the averaged weights; the card has no table yet (see `write_card`)."""
    from transformers import GenerationConfig
    from transformers.utils import logging

    model = copy.deepcopy(training.average).to("cpu")
    model.generation_config = GenerationConfig(
        eos_token_id=model.config.eos_token_id,
        pad_token_id=model.config.pad_token_id,
        max_new_tokens=MAX_TOKENS,
    )
    half = type(model)(model.config).to(torch.bfloat16)
    half.load_state_dict(model.state_dict())
    half.generation_config = model.generation_config
    logging.disable_progress_bar()
    half.save_pretrained(directory)
    (directory / "model.safetensors").chmod(0o644)
    training.tokenizer.save_pretrained(directory)
    facts = {
        "prompt_style": "compact",
        "parameters": parameters(model),
        "tokens": training.progress.tokens,
        "steps": training.progress.step,
        "seconds": round(training.progress.seconds),
        "command": command,
        "recipe": asdict(training.recipe),
    }
    (directory / "hrl.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    write_card(directory, (), measured="")


def write_card(directory: Path, rows: tuple[Row, ...], *, measured: str) -> None:
    """The model card, from `card.md` beside this module, the directory's `hrl.json` and the rows."""
    facts = json.loads((directory / "hrl.json").read_text(encoding="utf-8"))
    template = Template(resources.files(__package__).joinpath("card.md").read_text(encoding="utf-8"))
    size = (directory / "model.safetensors").stat().st_size
    text = template.substitute(
        parameters=f"{facts['parameters'] / 1e6:.2f} million",
        tokens=f"{facts['tokens'] / 1e6:.1f} million",
        steps=f"{facts['steps']:,}",
        minutes=f"{facts['seconds'] / 60:.0f}",
        megabytes=f"{size / 1e6:.1f}",
        seed=facts["recipe"]["seed"],
        layers=facts["recipe"]["layers"],
        hidden=facts["recipe"]["hidden"],
        command=facts["command"],
        date=datetime.now(UTC).date().isoformat(),
        measured=measured or "not measured yet",
        table=table(list(rows)) if rows else "Not measured yet.",
    )
    (directory / "README.md").write_text(text, encoding="utf-8")
