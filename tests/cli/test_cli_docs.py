from pathlib import Path

from hrl.cli.manual import manual

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"


def test_the_page_is_what_help_says():
    assert PAGE.read_text(encoding="utf-8") == manual(), "run: python -m hrl.cli.manual > docs/cli.md"
