import json
from pathlib import Path


def test_each_setting_says_where_it_comes_from(hrl, monkeypatch):
    Path("hrl.toml").write_text('model = "bundled"\nseed = 3\n', encoding="utf-8")
    monkeypatch.setenv("HRL_SEED", "5")
    found = json.loads(hrl("config", "--json").out)
    assert found["model"] == {"value": "bundled", "source": "hrl.toml"}
    assert found["seed"] == {"value": 5, "source": "HRL_SEED"}
    assert found["top_p"]["source"] == "default"


def test_the_key_is_not_shown(hrl, monkeypatch):
    monkeypatch.setenv("HRL_API_KEY", "secret-123")
    assert "secret-123" not in hrl("config").out


def test_an_unknown_setting_is_refused(hrl):
    Path("hrl.toml").write_text("speed = 9\n", encoding="utf-8")
    ended = hrl("config")
    assert ended.code == 2
    assert "'speed'" in ended.sentence


def test_a_broken_settings_file_is_refused(hrl):
    Path("hrl.toml").write_text("model = [", encoding="utf-8")
    ended = hrl("config")
    assert ended.code == 2
    assert "hrl.toml" in ended.sentence
