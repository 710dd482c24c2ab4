"""The bundled model's training: data, loss, resuming, and a directory that transformers reads."""

import json
import random
from dataclasses import replace
from shutil import copytree

import pytest
import torch

from hrl.benchmarks.skills import Row, judged, table
from hrl.benchmarks.skills.drawing import WEIGHTS, draw_example
from hrl.config import Settings
from hrl.errors import BadInput
from hrl.llm.prompts import style
from hrl.llm.requests import CodeReply, Completion
from hrl.sandbox import open_sandbox
from hrl.training.bundled.batches import collate, encode, pool
from hrl.training.bundled.export import export, write_card
from hrl.training.bundled.failures import Failure, collect, load, save
from hrl.training.bundled.loop import Recipe, Training, learning_rate, weighted
from hrl.training.bundled.network import answer_loss
from hrl.training.bundled.run import own_failures
from hrl.training.bundled.sampling import greedy
from hrl.training.bundled.tokens import texts
from hrl.types import Usage

TINY = Recipe(
    minutes=None,
    tokens=6000,
    hidden=32,
    layers=1,
    batch_tokens=1000,
    pool_examples=24,
    tokenizer_samples=300,
    validation_samples=1,
    warmup_steps=2,
    rounds=(0.5,),
    round_problems=6,
    bf16=False,
)


def marked(training, number):
    """A round that says which it is."""
    text = f"goal: marked {number}\ncode:\n    pass\nerror: wrong result\ndef f():\n"
    return [Failure(text, "    return 1\n")]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    training = Training(tmp_path_factory.mktemp("bundled"), TINY, collector=marked)
    training.run()
    return training


def test_training_lowers_the_loss_and_reaches_its_tokens(trained):
    assert trained.progress.tokens >= 6000
    lines = (trained.directory / "metrics.jsonl").read_text().splitlines()
    assert set(json.loads(lines[-1])["matches"]) == set(WEIGHTS) - {"tests"}


def test_a_resumed_training_ends_with_the_weights_of_an_uninterrupted_one(trained, tmp_path):
    half = Training(tmp_path, TINY)
    for batch in half._pool():
        half._step(batch)
    half.progress.pool += 1
    half.save()
    resumed = Training(tmp_path, TINY, resume=True, collector=marked)
    assert resumed.progress == half.progress
    resumed.run()
    ours, theirs = resumed.average.state_dict(), trained.average.state_dict()
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)


def test_an_existing_training_is_not_overwritten(trained):
    with pytest.raises(BadInput, match="--resume"):
        Training(trained.directory, TINY)


def test_a_training_is_not_resumed_with_another_seed(trained):
    with pytest.raises(BadInput, match="another seed"):
        Training(trained.directory, replace(TINY, seed=5), resume=True)


def test_the_loss_counts_answer_tokens_only(trained):
    prompt, answer = texts(draw_example("generate", "train", random.Random(0)))
    ids, start = encode(trained.tokenizer, prompt, answer)
    row = torch.tensor([ids])
    answers = torch.zeros_like(row, dtype=torch.bool)
    answers[0, start:] = True
    scores = trained.average(input_ids=row).logits[0, start - 1 : -1]
    expected = torch.nn.functional.cross_entropy(scores, row[0, start:])
    assert torch.allclose(answer_loss(trained.average, row, answers), expected, atol=1e-5)


def test_a_pool_is_a_function_of_seed_and_number(trained):
    def drawn(number):
        batches = pool(
            trained.tokenizer,
            WEIGHTS,
            seed=1,
            number=number,
            progress=0.5,
            examples=12,
            batch_tokens=900,
        )
        return [batch.ids.tolist() for batch in batches]

    assert drawn(3) == drawn(3) != drawn(4)


def test_digits_are_single_tokens_and_text_survives(trained):
    tokenizer = trained.tokenizer
    pieces = tokenizer.tokenize("x + 1234")
    assert [piece for piece in pieces if piece.isdigit()] == ["1", "2", "3", "4"]
    text = "goal: Return `é` of 10.\n    out = [x for x in xs]\n"
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_a_skill_that_is_behind_gets_more_weight():
    weights = weighted({"plan": 1.0, "main": 1.0, "tests": 1.0}, {"plan": 0.2, "main": 0.9})
    assert weights["plan"] > weights["tests"] > weights["main"] > 0


def test_the_learning_rate_warms_up_and_decays():
    recipe = Recipe(warmup_steps=10)
    rates = [learning_rate(recipe, step, step / 100) for step in range(100)]
    assert rates[0] < rates[9]
    assert rates[9] > rates[50] > rates[99] > 0


def test_an_exported_model_loads_offline_and_its_template_gives_the_prompt(trained, tmp_path):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    export(trained, tmp_path, command="hrl train bundled")
    model = AutoModelForCausalLM.from_pretrained(tmp_path, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    request = draw_example("generate", "train", random.Random(1)).request
    (message,) = style("compact").render(request).messages
    chat = [{"role": message.role, "content": message.content}]
    rendered = tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
    assert rendered == message.content
    assert model.generation_config.eos_token_id == tokenizer.eos_token_id
    assert json.loads((tmp_path / "hrl.json").read_text())["prompt_style"] == "compact"
    assert len(greedy(model, tokenizer, ["goal: x\ndef f(x):\n"] * 2)) == 2


def test_the_card_holds_the_table_and_the_command(trained, tmp_path):
    export(trained, tmp_path, command="hrl train bundled --seed 0")
    write_card(tmp_path, (Row("plan", "validation", 8, 10),), measured="`hrl`")
    card = (tmp_path / "README.md").read_text()
    assert "| plan | validation | 8/10 | 80% | 49%-94% |" in card
    assert "hrl train bundled --seed 0" in card
    assert table([]) in card


def test_the_average_of_nothing_is_zero_and_its_interval_everything():
    assert Row("plan", "train", 0, 0).share == 0
    assert Row("plan", "train", 0, 0).interval == (0.0, 1.0)


@pytest.mark.parametrize("skill", ["generate", "debug", "main", "document", "tests", "plan"])
def test_the_reference_answer_is_right_and_another_is_not(skill, sandbox):
    example = draw_example(skill, "unseen_parameters", random.Random(4))
    right = style("compact").parse(example.request, example.answer, "stop")
    other = CodeReply(f"def {example.entry_point}(*a):\n    return object\n")
    answers = judged([example, example], [right, other], sandbox)
    assert [answer.right for answer in answers] == [True, False]


def test_a_round_keeps_the_programs_that_failed_and_what_the_sandbox_said(trained, tmp_path, monkeypatch):
    monkeypatch.setenv("HRL_SANDBOX", "process")
    copytree(trained.directory / "tokenizer", tmp_path / "tokenizer")
    training = Training(tmp_path, replace(TINY, tokens=10**9, learning_rate=0.005))
    prompts = [texts(draw_example("generate", "train", random.Random(number)))[0] for number in range(8)]
    taught = [encode(training.tokenizer, prompt, "    return object\n") for prompt in prompts]
    for _ in range(60):
        training._step(collate(taught, training.tokenizer.pad_token_id))
    found = own_failures(training, 0)
    assert len(found) > TINY.round_problems
    assert any("return object" in failure.prompt for failure in found)
    assert all("\nerror: " in failure.prompt and "code:\n" in failure.prompt for failure in found)
    assert all(failure.answer.startswith("    ") for failure in found)


def test_what_a_model_gets_wrong_becomes_a_repair(sandbox):
    class Wrong:
        def complete(self, calls):
            replies = [CodeReply(f"{call.request.signature}:\n    return object\n") for call in calls]
            return [Completion(reply, "", Usage(), "stop", "") for reply in replies]

    found = collect(Wrong(), sandbox, seed=1, number=0, problems=5)
    assert len(found) == 10  # Each answer fails, and so does each repair.
    assert all("return object" in failure.prompt for failure in found)


def test_a_saved_round_reads_back(tmp_path):
    failures = [Failure("goal: x\ncode:\n", "    return 1\n"), Failure("é", "    pass\n")]
    save(tmp_path / "failures-0.jsonl", failures)
    assert load(tmp_path / "failures-0.jsonl") == failures


def test_a_round_that_was_saved_is_not_asked_for_again(trained, tmp_path):
    training = Training(tmp_path, TINY, collector=lambda *_: pytest.fail("a round was asked for"))
    save(tmp_path / "failures-0.jsonl", [Failure("p", "a")])
    training.progress.tokens = 3000
    training._collect()
    assert training.failures == [Failure("p", "a")]
    assert training.progress.rounds == 1


def test_most_debug_examples_of_a_pool_are_the_models_own(trained):
    batches = pool(
        trained.tokenizer,
        {"debug": 1.0},
        seed=1,
        number=0,
        progress=1.0,
        examples=60,
        batch_tokens=900,
        failures=marked(trained, 0),
    )
    texts_ = [trained.tokenizer.decode(row) for batch in batches for row in batch.ids]
    assert 25 < sum("marked" in text for text in texts_) < 55


@pytest.fixture(scope="module")
def sandbox():
    with open_sandbox(Settings(sandbox="process")) as opened:
        yield opened
