"""`hf:` on tiny random models: loading, batching, sampling, stopping, and every way loading fails."""

import json
import shutil

import pytest
from llm_tiny_models import TEMPLATE, save_bart, save_gpt2, save_llama

from hrl.config import Settings
from hrl.errors import ModelSpecError, ModelUnavailable
from hrl.llm import open_model
from hrl.llm.backend import Ask
from hrl.llm.backends.huggingface import HuggingFaceBackend
from hrl.llm.backends.loading import load
from hrl.llm.backends.sampling import Rows, RowSampling
from hrl.llm.prompts.base import Message, Prompt
from hrl.llm.requests import BrokenReply, Call, Generate, Sampling


def ask(text="Add two numbers.", *, stop=(), opened=None, **sampling):
    messages = (Message("system", "Be brief."), Message("user", text))
    if opened is not None:
        messages += (Message("assistant", opened),)
    request = Generate("t", "add", text, "def add(a, b)")
    return Ask(
        Call(request, Sampling(**{"max_tokens": 12, "temperature": 1.0, **sampling})), Prompt(messages, stop)
    )


@pytest.fixture(scope="module")
def backend(llama):
    return HuggingFaceBackend(load(str(llama), "hf:llama", device="cpu"), "hf:llama")


VARIOUS = [
    ask("Add."),
    ask("Add two numbers and return what comes out of it, please.", seed=3),
    ask("Sum the items of a list.", sample=1, temperature=0.7, top_p=0.8, max_tokens=20),
    ask("x" * 300, max_tokens=5),
    ask("Add.", temperature=0.0),
]


def test_a_call_gets_the_same_text_alone_and_in_a_batch(backend):
    together = backend.answer(VARIOUS)
    alone = [backend.answer([one])[0] for one in VARIOUS]
    assert [answer.text for answer in together] == [answer.text for answer in alone]
    assert len({answer.text for answer in together}) > 1
    assert [answer.mean_logprob for answer in together] == pytest.approx(
        [a.mean_logprob for a in alone], abs=1e-3
    )
    assert {answer.batch for answer in together} == {len(VARIOUS)}


def test_seed_and_sample_number_choose_the_reply(backend):
    texts = [backend.answer([ask(seed=seed, sample=sample)])[0].text for seed in (0, 1) for sample in (0, 1)]
    assert len(set(texts)) == 4
    assert backend.answer([ask(seed=1, sample=1)])[0].text == texts[-1]


def test_usage_and_logprobs_are_counted_per_call(backend):
    short, long = backend.answer([ask("Add.", max_tokens=3), ask("Add two numbers.", max_tokens=9)])
    assert (short.usage.completion_tokens, long.usage.completion_tokens) == (3, 9)
    assert short.usage.prompt_tokens < long.usage.prompt_tokens
    assert short.finish == long.finish == "length"
    assert short.mean_logprob is not None
    assert short.mean_logprob < 0
    assert short.usage.seconds > 0


def test_a_reply_ends_before_its_stop_string(backend):
    free = backend.answer([ask(max_tokens=30)])[0]
    middle = free.text[len(free.text) // 2 :][:2]
    stopped = backend.answer([ask(max_tokens=30, stop=(middle,))])[0]
    assert stopped.text == free.text[: free.text.index(middle)]
    assert stopped.finish == "stop"
    assert stopped.usage.completion_tokens < free.usage.completion_tokens


def test_a_model_that_ends_its_turn_stops(llama):
    loaded = load(str(llama), "hf:llama", device="cpu")
    loaded.model.lm_head.weight.data[1] += 50 * loaded.model.lm_head.weight.data[2:].mean(0)
    loaded.model.generation_config.eos_token_id = list(range(400))
    answer = HuggingFaceBackend(loaded, "hf:llama").answer([ask()])[0]
    assert (answer.finish, answer.usage.completion_tokens, answer.text) == ("stop", 1, "")


def test_a_prompt_longer_than_the_context_is_a_broken_reply(tmp_path):
    path = save_llama(tmp_path / "short", template=TEMPLATE, context=64)
    backend = HuggingFaceBackend(load(str(path), "hf:short", device="cpu"), "hf:short")
    long, fits, near = backend.answer([ask("y z " * 100), ask("Add."), ask("y z " * 12, max_tokens=500)])
    assert "context" in long.problem
    assert fits.text
    assert near.finish == "length"
    assert near.usage.tokens == 64


def test_a_sequence_to_sequence_model_answers_in_batches(t5):
    backend = HuggingFaceBackend(load(str(t5), "hf:t5", device="cpu"), "hf:t5")
    asks = [
        ask("Add.", stop=("\n```",), opened="```python\n"),
        ask("Add two numbers and return the sum of them."),
    ]
    together = backend.answer(asks)
    assert [answer.text for answer in together] == [backend.answer([one])[0].text for one in asks]
    assert all(answer.usage.completion_tokens > 0 for answer in together)


@pytest.mark.parametrize("save", [save_gpt2, save_bart])
def test_learned_positions_are_never_left(tmp_path, save):
    loaded = load(str(save(tmp_path / "model", context=64)), "hf:learned", device="cpu")
    backend = HuggingFaceBackend(loaded, "hf:learned")
    asks = [
        ask("Add.", max_tokens=200),
        ask("y z " * 12, max_tokens=200),
        ask("y z " * 100),
        ask("Add.", max_tokens=3),
    ]
    short, near, long, few = backend.answer(asks)
    assert "context" in long.problem
    assert [short.problem, near.problem, few.problem] == ["", "", ""]
    assert [short.text, near.text, few.text] == [backend.answer([asks[n]])[0].text for n in (0, 1, 3)]
    assert few.usage.completion_tokens <= 3


def test_a_base_model_gets_plain_text(base_llama):
    loaded = load(str(base_llama), "hf:base", device="cpu")
    assert loaded.tokenizer.chat_template is None
    answer = HuggingFaceBackend(loaded, "hf:base").answer([ask(opened="```python\n", stop=("\n```",))])[0]
    assert answer.usage.completion_tokens > 0


def test_a_template_without_a_system_turn_still_gets_the_system_text(tmp_path):
    from hrl.llm.backends.text import rendered

    template = "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}" + TEMPLATE
    path = save_llama(tmp_path / "gemma", template=template)
    loaded = load(str(path), "hf:gemma", device="cpu")
    text = rendered(ask(opened="```python\n").prompt, loaded.tokenizer, seq2seq=False).text
    assert text == "<|user|>Be brief.\n\nAdd two numbers.<|end|><|assistant|>```python\n"


def test_open_model_answers_requests_and_says_its_style(llama):
    model = open_model(f"hf:{llama}", Settings(device="cpu"))
    calls = [
        Call(Generate("t", "add", "Add.", "def add(a, b)"), Sampling(1.0, max_tokens=8, sample=n))
        for n in (0, 1, 0)
    ]
    first, second, again = model.complete(calls)
    assert model.style.startswith("chat@")
    assert model.fingerprint.startswith("hf:")
    assert first.text != second.text
    assert (again.text, again.key, again.cached) == (first.text, first.key, True)
    assert model.complete(calls[:1])[0].cached
    model.close()


def test_the_fingerprint_follows_the_weights(llama, base_llama):
    prints = {load(str(path), "hf:x", device="cpu").fingerprint for path in (llama, base_llama, llama)}
    assert len(prints) == 2


def test_a_closed_model_is_unavailable(llama):
    backend = HuggingFaceBackend(load(str(llama), "hf:llama", device="cpu"), "hf:llama")
    backend.close()
    backend.close()
    with pytest.raises(ModelUnavailable, match="closed"):
        backend.answer([ask()])


def test_loading_and_generating_say_nothing(llama, capfd):
    HuggingFaceBackend(load(str(llama), "hf:llama"), "hf:llama").answer(
        [ask("x " * 3000, max_tokens=2), ask()]
    )
    assert capfd.readouterr() == ("", "")


@pytest.fixture
def copy(llama, tmp_path):
    return shutil.copytree(llama, tmp_path / "copy")


def refused(path, error, **settings):
    with pytest.raises(error) as caught:
        open_model(f"hf:{path}", Settings(**settings))
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 500
    return message


def test_a_missing_directory_is_named(tmp_path):
    assert "no directory" in refused(tmp_path / "nowhere", ModelSpecError)


def test_a_file_is_no_directory(copy):
    assert "not a directory" in refused(copy / "config.json", ModelSpecError)


def test_a_directory_without_settings_is_no_model(copy):
    (copy / "config.json").unlink()
    assert "config.json" in refused(copy, ModelSpecError)


def test_a_directory_without_weights_is_named(copy):
    (copy / "model.safetensors").unlink()
    assert "no weights" in refused(copy, ModelSpecError)


def test_a_directory_without_tokenizer_is_named(copy):
    (copy / "tokenizer.json").unlink()
    assert "no tokenizer" in refused(copy, ModelSpecError)


def test_damaged_weights_are_unavailable(copy):
    (copy / "model.safetensors").write_bytes(b"\x00" * 100)
    refused(copy, ModelUnavailable)


def test_weights_cut_short_are_unavailable(copy):
    data = (copy / "model.safetensors").read_bytes()
    (copy / "model.safetensors").write_bytes(data[: len(data) // 2])
    refused(copy, ModelUnavailable)


def test_weights_of_another_model_are_unavailable(copy):
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps({**config, "num_hidden_layers": 3}))
    assert "lack" in refused(copy, ModelUnavailable)


def test_weights_of_another_width_are_unavailable(copy):
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps({**config, "intermediate_size": 48}))
    refused(copy, ModelUnavailable)


def test_an_unknown_architecture_is_unavailable(copy):
    (copy / "config.json").write_text('{"model_type": "neverheard"}')
    refused(copy, ModelUnavailable)


def test_settings_that_are_no_json_are_unavailable(copy):
    (copy / "config.json").write_text("{")
    refused(copy, ModelUnavailable)


def test_a_hub_name_without_network_is_unavailable():
    assert "hf:nobody/nothing" in refused("nobody/nothing", ModelUnavailable)


def test_an_unknown_device_is_unavailable(llama):
    assert "device" in refused(llama, ModelUnavailable, device="cuda:77")


def test_an_unknown_dtype_is_named(llama):
    assert "float17" in refused(llama, ModelSpecError, dtype="float17")


def test_a_directory_names_its_prompt_style(copy):
    (copy / "hrl.json").write_text('{"prompt_style": "sonnet"}')
    assert "sonnet" in refused(copy, ModelSpecError)


def test_a_broken_hrl_json_is_named(copy):
    (copy / "hrl.json").write_text("[1")
    assert "hrl.json" in refused(copy, ModelSpecError)


def test_rows_sample_from_the_distribution_they_are_given():
    import torch

    scores = torch.log(torch.tensor([[0.5, 0.3, 0.15, 0.05]])).repeat(4000, 1)
    rows = Rows([RowSampling(1.0, 0.9, 1, seed) for seed in range(4000)], frozenset(), str, "cpu")
    chosen = rows.choose(torch.zeros(4000, 1), scores).argmax(-1)
    shares = torch.bincount(chosen, minlength=4) / 4000
    # The nucleus of 0.9 holds the first three: 0.5, 0.3 and 0.15 of 0.95.
    assert shares.tolist() == pytest.approx([0.526, 0.316, 0.158, 0.0], abs=0.03)


def test_a_nucleus_wider_than_the_first_tokens_is_sampled_whole():
    import torch

    rows = Rows([RowSampling(1.0, 1.0, 1, seed) for seed in range(2000)], frozenset(), str, "cpu")
    chosen = rows.choose(torch.zeros(2000, 1), torch.zeros(2000, 1000)).argmax(-1)
    assert 300 < int((chosen >= 500).sum()) < 1700
    assert len(set(chosen.tolist())) > 700


def test_what_a_random_model_says_is_a_value(llama):
    model = open_model(f"hf:{llama}", Settings(device="cpu"))
    request = Generate("t", "add", "Add.", "def add(a, b)")
    assert isinstance(model.complete([Call(request, Sampling(max_tokens=8))])[0].reply, BrokenReply)
    model.close()
