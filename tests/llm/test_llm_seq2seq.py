"""Encoder and decoder: what each of them gets, as the model's directory declares it."""

import json
import shutil

import pytest
import torch
from llm_tiny_models import TEMPLATE, save_bart, save_t5

from hrl.config import Settings
from hrl.errors import ModelSpecError
from hrl.llm import open_model
from hrl.llm.backend import Ask
from hrl.llm.backends.huggingface import HuggingFaceBackend
from hrl.llm.backends.loading import load
from hrl.llm.backends.text import rendered
from hrl.llm.prompts.base import Message, Prompt
from hrl.llm.requests import BrokenReply, Call, CodeReply, Generate, Sampling

HEAD = "def add(a, b):"


def ask(text, *, temperature=0.0, max_tokens=8, sample=0):
    request = Generate("t", "add", text, "def add(a, b)")
    sampling = Sampling(temperature, max_tokens=max_tokens, sample=sample)
    return Ask(Call(request, sampling), Prompt((Message("user", text),), raw=True))


def backend(path):
    return HuggingFaceBackend(load(str(path), "hf:seq2seq", device="cpu"), "hf:seq2seq")


@pytest.fixture(params=[save_t5, lambda path: save_bart(path, context=64)], ids=["t5", "bart"])
def prefixed(request, tmp_path):
    """A directory that gives its decoder the prompt."""
    path = request.param(tmp_path / "model")
    (path / "hrl.json").write_text('{"decoder_prefix": "prompt"}')
    return path


@torch.inference_mode()
def greedy(loaded, encoder, decoder, count):
    """The decoder's most likely continuation, one step after the other, without any of `generate`."""
    tokens = [loaded.model.config.decoder_start_token_id, *decoder]
    for _ in range(count):
        said = loaded.model(input_ids=torch.tensor([encoder]), decoder_input_ids=torch.tensor([tokens]))
        tokens.append(int(said.logits[0, -1].argmax()))
    return tokens[1 + len(decoder) :]


def text_of(loaded, tokens):
    ends = [place for place, token in enumerate(tokens) if token == 1]
    return loaded.tokenizer.decode(tokens[: ends[0]] if ends else tokens, skip_special_tokens=True)


@pytest.mark.parametrize("declared", [True, False])
def test_the_decoder_gets_the_prompt_where_the_directory_says_so(prefixed, declared):
    if not declared:
        (prefixed / "hrl.json").write_text('{"decoder_prefix": "none"}')
    loaded = load(str(prefixed), "hf:seq2seq", device="cpu")
    ids = loaded.tokenizer(HEAD)["input_ids"]
    answer = HuggingFaceBackend(loaded, "hf:seq2seq").answer([ask(HEAD)])[0]
    assert answer.text == text_of(loaded, greedy(loaded, ids, ids if declared else [], 8))
    assert answer.text != text_of(loaded, greedy(loaded, ids, [] if declared else ids, 8))
    assert answer.usage.prompt_tokens == len(ids)


def test_a_prefixed_decoder_answers_alone_as_in_a_batch(prefixed):
    model = backend(prefixed)
    asks = [ask(HEAD, temperature=1.0, sample=n) for n in range(3)]
    asks += [ask("Add two numbers and return it.", temperature=1.0), ask("Sum."), ask("x" * 300)]
    together = model.answer(asks)
    assert [answer.text for answer in together] == [model.answer([one])[0].text for one in asks]
    assert len({answer.text for answer in together[:3]}) > 1


def test_the_context_counts_the_decoders_prompt(tmp_path):
    path = save_bart(tmp_path / "model", context=64)
    (path / "hrl.json").write_text('{"decoder_prefix": "prompt"}')
    near, over = backend(path).answer([ask("y z " * 13, max_tokens=500), ask("y z " * 40)])
    assert near.problem == ""
    assert near.usage.tokens < 64
    assert "context" in over.problem


def test_an_opened_answer_goes_to_a_decoder_that_gets_the_prompt(t5):
    tokenizer = load(str(t5), "hf:t5", device="cpu").tokenizer
    prompt = Prompt((Message("user", "Add."), Message("assistant", "```python\n")), ("\n```",))
    alone = rendered(prompt, tokenizer, seq2seq=True)
    assert (alone.text, alone.stop, alone.decoder) == ("Add.\n\n", (), [])
    both = rendered(prompt, tokenizer, seq2seq=True, decoder_prefix=True)
    assert both.stop == ("\n```",)
    assert tokenizer.decode(both.ids) == "Add.\n\n"
    assert tokenizer.decode(both.decoder) == "Add.\n\n```python\n"


def test_a_raw_prompt_passes_no_template(t5, llama):
    tokenizer = load(str(llama), "hf:llama", device="cpu").tokenizer
    assert tokenizer.chat_template == TEMPLATE
    prompt = Prompt((Message("user", HEAD),), raw=True)
    assert rendered(prompt, tokenizer, seq2seq=False).text == HEAD
    assert tokenizer.decode(rendered(prompt, tokenizer, seq2seq=False).ids) == HEAD


def test_tabs_go_in_and_spaces_come_out(t5, tmp_path):
    path = shutil.copytree(t5, tmp_path / "tabs")
    (path / "hrl.json").write_text('{"indentation": "tabs"}')
    loaded = load(str(path), "hf:tabs", device="cpu")
    assert loaded.tabs
    prompt = Prompt((Message("user", "def f():\n        x"),), raw=True)
    assert rendered(prompt, loaded.tokenizer, seq2seq=True, tabs=True).text == "def f():\n\t\tx"
    spaced, tabbed = (
        [ask(f"def f():\n{indent}x", temperature=5.0, max_tokens=150, sample=n) for n in range(8)]
        for indent in ("    ", "\t")
    )
    given = [answer.text for answer in HuggingFaceBackend(loaded, "hf:tabs").answer(spaced)]
    plain = [answer.text for answer in backend(t5).answer(tabbed)]
    assert any("\t" in text for text in plain)
    assert given == [text.replace("\t", "    ") for text in plain]


def test_the_published_models_type_decides_where_nothing_is_declared(t5, tmp_path):
    from hrl.llm.backends.loading import declared

    assert declared(t5).decoder_prefix is None
    assert not load(str(t5), "hf:t5", device="cpu").decoder_prefix
    (tmp_path / "hrl.json").write_text('{"prompt_style": "completion-unstripped", "decoder_prefix": "none"}')
    assert declared(tmp_path).decoder_prefix is False
    assert declared(tmp_path).prompt_style == "completion-unstripped"


@pytest.mark.parametrize("content", [{"decoder_prefix": True}, {"decoder_prefix": "all"}, {"indentation": 4}])
def test_a_value_that_is_none_of_those_known_is_named(t5, tmp_path, content):
    path = shutil.copytree(t5, tmp_path / "copy")
    (path / "hrl.json").write_text(json.dumps(content))
    with pytest.raises(ModelSpecError, match=next(iter(content))):
        open_model(f"hf:{path}", Settings(device="cpu"))


def test_a_directory_with_both_declarations_answers_requests(prefixed):
    says = {"prompt_style": "completion-unstripped", "decoder_prefix": "prompt"}
    (prefixed / "hrl.json").write_text(json.dumps(says))
    model = open_model(f"hf:{prefixed}", Settings(device="cpu"))
    request = Generate("t", "add", "Add.", "def add(a, b)")
    completion = model.complete([Call(request, Sampling(max_tokens=8))])[0]
    assert model.style.startswith("completion-unstripped@")
    assert isinstance(completion.reply, CodeReply | BrokenReply)
    model.close()
