"""Specs: their forms, which model is meant, and what is never imported."""

import subprocess
import sys

import pytest

from hrl.config import Settings
from hrl.errors import ModelSpecError
from hrl.llm import open_model, resolve_spec
from hrl.llm.opening import bundled_directory
from hrl.llm.specs import Spec, parse_spec


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("bundled", Spec("bundled")),
        ("hf:ORG/NAME", Spec("hf", "ORG/NAME")),
        ("hf:./path", Spec("hf", "./path")),
        ("replay:a:b.jsonl", Spec("replay", "a:b.jsonl")),
        ("scripted:x.yaml", Spec("scripted", "x.yaml")),
        ("openai:qwen:7b@http://localhost:11434", Spec("openai", "qwen:7b", "http://localhost:11434")),
        ("openai:/w/m@main@https://h/v1", Spec("openai", "/w/m@main", "https://h/v1")),
    ],
)
def test_every_form_is_understood(text, spec):
    assert parse_spec(text) == spec


@pytest.mark.parametrize(
    "text",
    ["", "gpt-9", "hf:", "bundled:x", "openai:m", "openai:@http://x", "openai:m@ftp://x", "replay:", "HF:x"],
)
def test_anything_else_is_refused_with_the_forms(text):
    with pytest.raises(ModelSpecError, match="openai:MODEL@URL") as caught:
        parse_spec(text)
    assert "\n" not in str(caught.value)


def test_what_was_given_wins_over_what_is_configured():
    assert resolve_spec("bundled", Settings(model="hf:a/b"))[0] == "bundled"
    spec, said = resolve_spec(None, Settings(model="hf:a/b"))
    assert spec == "hf:a/b"
    assert "configured" in said


def test_without_any_server_the_bundled_model_is_meant():
    spec, said = resolve_spec(None, Settings(), servers=())
    assert spec == "bundled"
    assert "bundled" in said


def test_a_wrong_configured_model_is_refused():
    with pytest.raises(ModelSpecError, match="gpt-9"):
        open_model(None, Settings(model="gpt-9"))


@pytest.mark.skipif(
    (bundled_directory() / "config.json").is_file(), reason="this checkout has the bundled model"
)
def test_an_installation_without_bundled_model_says_so():
    with pytest.raises(ModelSpecError, match="no bundled model"):
        open_model("bundled", Settings())


def test_opening_a_light_model_imports_no_torch(tmp_path):
    (tmp_path / "s.json").write_text('[{"text": ""}]')
    code = (
        "import sys; from hrl.config import Settings; from hrl.llm import open_model;"
        f"open_model('scripted:{tmp_path}/s.json', Settings()).close();"
        f"open_model('openai:m@http://127.0.0.1:1', Settings()).close();"
        "print([name for name in ('torch', 'transformers', 'openai', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
