"""Tokens a second of the bundled model, one request at a time and in batches, and how long it takes to load.

    python bench/generation.py --json bench/results/generation.json

Every way answers the same requests of the curriculum's validation split through `open_model`, in interleaved
rounds; what counts on a shared machine is the median over the rounds of the ratio within a round, by the
clock and by the processor time of this process. Tokens are those of the replies, end tokens included; time is
all that a request takes, with template, tokenizer, sampling and parsing. The bare loop calls the model with
its cache and takes the most likely token, for as many steps as the longest reply of the batch has: it
neither samples nor decodes nor stops. Its ratio to the backend is given for the same replies (time
against time) and with all of its rows counted in full (tokens a second). Loading is timed in fresh processes,
after `import torch, transformers` and after the modules of transformers that it uses.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

SIZES = (1, 8, 16, 32, 64)
SKILLS = {"generate": 0.4, "debug": 0.2, "plan": 0.2, "document": 0.2}
LOADING = """
import time
import torch, transformers
began = time.perf_counter()
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer
from transformers import DynamicCache, LlamaForCausalLM, PreTrainedTokenizerFast
theirs = time.perf_counter()
from hrl.config import Settings
from hrl.llm import open_model
from hrl.llm.backends import huggingface
from hrl.llm.requests import Call, Generate, Sampling
ours = time.perf_counter()
model = open_model("bundled", Settings())
opened = time.perf_counter()
goal = "Return the sum of the numbers in items."
model.complete([Call(Generate("t", "total", goal, "def total(items)"), Sampling(max_tokens=32))])
print(theirs - began, ours - theirs, opened - ours, time.perf_counter() - opened)
"""


class Clock:
    """Seconds by the clock and of this process's processor time."""

    def __init__(self) -> None:
        self._began = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        return time.perf_counter() - self._began[0], time.process_time() - self._began[1]


def requests(count: int, seed: int) -> list[Any]:
    """Requests of the validation split; a draw that fails is drawn again."""
    from hrl.benchmarks.skills.drawing import draw_example

    rng, found = random.Random(seed), []
    for _ in range(20 * count):
        try:
            [skill] = rng.choices(list(SKILLS), list(SKILLS.values()))
            found.append(draw_example(skill, "validation", rng).request)
        except ValueError:
            continue
        if len(found) == count:
            return found
    raise SystemExit("the curriculum gives no requests")


def bare_loop(model: Any, prompts: Sequence[list[int]], steps: int) -> None:
    """Plain calls of the model on all prompts, padded on the left."""
    import torch

    with torch.inference_mode():
        width = max(map(len, prompts))
        ids = torch.tensor([[0] * (width - len(prompt)) + prompt for prompt in prompts])
        mask = torch.tensor([[0] * (width - len(prompt)) + [1] * len(prompt) for prompt in prompts])
        cache = None
        for _ in range(steps):
            positions = (mask.cumsum(-1) - 1).clamp(min=0)[:, -ids.shape[1] :]
            out = model(
                input_ids=ids, attention_mask=mask, position_ids=positions, past_key_values=cache,
                use_cache=True, logits_to_keep=1,
            )  # fmt: skip
            cache = out.past_key_values
            ids = out.logits[:, -1].argmax(-1, keepdim=True)
            mask = torch.nn.functional.pad(mask, (0, 1), value=1)


def batches(of: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for first in range(0, len(of), size):
        yield of[first : first + size]


def one_round(
    model: Any, bare: Any, prompts: Sequence[list[int]], given: Sequence[Any], temperature: float, seed: int
) -> dict[int, dict[str, Any]]:
    """Every size once, backend and bare loop one after the other, in a random order."""
    from hrl.llm.requests import Call, Sampling

    found: dict[int, dict[str, Any]] = {}
    for size in random.Random(seed).sample(SIZES, len(SIZES)):
        clock, lengths = Clock(), []
        for some in batches(given, size):
            calls = [Call(one, Sampling(temperature, seed=seed * 100 + size)) for one in some]
            lengths += [one.usage.completion_tokens for one in model.complete(calls)]
        backend = clock.read()
        clock, computed = Clock(), 0
        for some, replies in zip(batches(prompts, size), batches(lengths, size), strict=True):
            bare_loop(bare, some, max(replies))
            computed += len(some) * max(replies)
        found[size] = {
            "tokens": sum(lengths), "seconds": backend, "bare_tokens": computed, "bare_seconds": clock.read(),
        }  # fmt: skip
    return found


def row(found: dict[int, dict[str, Any]], size: int) -> dict[str, float]:
    """One round's figures of one size; processor time where nothing else is said."""
    one, alone = found[size], found[1]
    (wall, busy), (bare_wall, bare_busy) = one["seconds"], one["bare_seconds"]
    tokens = one["tokens"]
    return {
        "tokens_per_second": tokens / wall,
        "against_one_by_one_wall": tokens / wall / (alone["tokens"] / alone["seconds"][0]),
        "against_one_by_one": tokens / busy / (alone["tokens"] / alone["seconds"][1]),
        "bare_tokens_per_second": one["bare_tokens"] / bare_wall,
        "against_bare_same_replies": bare_busy / busy,
        "against_bare_all_rows": tokens / busy / (one["bare_tokens"] / bare_busy),
    }


def summary(rounds: Sequence[dict[int, dict[str, Any]]]) -> list[dict[str, float]]:
    """Medians over the rounds; ratios are of figures of one round."""
    found = []
    for size in SIZES:
        rows = [row(one, size) for one in rounds]
        medians = {name: round(statistics.median(one[name] for one in rows), 2) for name in rows[0]}
        found.append({"batch": size, **medians})
    return found


def loading(times: int) -> dict[str, Any]:
    """Medians over fresh processes."""
    runs = []
    for _ in range(times):
        done = subprocess.run([sys.executable, "-c", LOADING], capture_output=True, text=True, check=True)
        runs.append([float(word) for word in done.stdout.split()])
    names = ("imports_of_transformers", "imports_of_hrl", "open_model", "first_answer")
    medians = {
        name: round(statistics.median(values), 3)
        for name, values in zip(names, zip(*runs, strict=True), strict=True)
    }
    ready = round(statistics.median(run[2] + run[3] for run in runs), 3)
    return {**medians, "after_imports_to_first_answer": ready, "processes": times}


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Markdown."""
    heads = list(rows[0])
    lines = [heads, ["---"] * len(heads), *([str(row[head]) for head in heads] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Read the arguments, measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--requests", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--loads", type=int, default=7)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, default=Path("bench/results/generation.json"))
    args = parser.parse_args()
    found: dict[str, Any] = {"loading": loading(args.loads)}
    print(table([found["loading"]]), flush=True)

    import torch

    from hrl.config import Settings
    from hrl.llm import open_model
    from hrl.llm.backends.loading import declared, load
    from hrl.llm.backends.text import rendered
    from hrl.llm.opening import bundled_directory
    from hrl.llm.prompts import style

    given = requests(args.requests, args.seed)
    place = bundled_directory()
    model, bare = open_model("bundled", Settings()), load(str(place), "bundled")
    prompt_style = style(declared(place).prompt_style or "chat")
    prompts = [rendered(prompt_style.render(one), bare.tokenizer, seq2seq=False).ids for one in given]
    found |= {
        "parameters": bare.model.num_parameters(),
        "type": str(bare.model.dtype),
        "threads": torch.get_num_threads(),
        "cores": os.cpu_count(),
        "requests": len(given),
        "mean_prompt_tokens": round(statistics.mean(map(len, prompts)), 1),
        "rounds": args.rounds,
    }
    bare_loop(bare.model, prompts[:4], 4)
    for temperature in (0.2, 0.8):
        rounds = []
        for number in range(args.rounds):
            rounds.append(one_round(model, bare.model, prompts, given, temperature, args.seed + number))
            print(f"round {number}, load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)
        found[f"temperature {temperature}"] = summary(rounds)
        print(f"\nTemperature {temperature}\n\n{table(summary(rounds))}", flush=True)
    found["load"] = round(os.getloadavg()[0], 1)
    args.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
