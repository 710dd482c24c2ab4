import sys

import pytest

from hrl.benchmarks.metrics import measure
from hrl.benchmarks.models import ModelRun, write_comparison
from hrl.benchmarks.plots import MISSING, curve_ks, draw_plots
from hrl.benchmarks.report import Facts, write_report
from hrl.benchmarks.rows import Row

ROWS = [
    Row(f"P/{p}", s, "pass" if (p + s) % 3 == 0 else "fail", 1, 2, group=f"g{p % 2}", prompt_tokens=10 * p)
    for p in range(6)
    for s in range(4)
]


def drawn(directory, rows):
    return [name for name, _ in draw_plots(directory, rows, measure(rows)).files]


def test_every_picture_is_a_png_of_its_own(tmp_path):
    assert drawn(tmp_path, ROWS) == ["pass-at-k.png", "tests-passed.png", "groups.png", "cost.png"]
    contents = [path.read_bytes() for path in tmp_path.iterdir()]
    assert all(content.startswith(b"\x89PNG\r\n") for content in contents)
    assert len(set(contents)) == 4


def test_a_picture_without_anything_to_show_is_left_out(tmp_path):
    assert drawn(tmp_path, [Row("a", 0, "pass", 1, 1)]) == ["tests-passed.png"]
    found = draw_plots(tmp_path, [], measure([]))
    assert found.files == ()
    assert "no answer" in found.note


def test_pictures_follow_the_rows(tmp_path):
    drawn(tmp_path, ROWS)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    drawn(tmp_path, [*ROWS[:-1], Row("P/5", 3, "pass", 2, 2, group="g1", prompt_tokens=5000)])
    assert all(path.read_bytes() != before[path.name] for path in tmp_path.iterdir())


@pytest.mark.parametrize("samples", [1, 2, 30, 31, 100, 1000])
def test_the_curve_goes_from_one_to_all_samples_in_few_steps(samples):
    found = curve_ks(samples)
    assert found[0] == 1
    assert found[-1] == samples
    assert found == sorted(set(found))
    assert len(found) <= 31


def test_without_matplotlib_a_report_says_so_and_is_whole(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    write_report(tmp_path, Facts(), ROWS)
    assert (tmp_path / "report.md").read_text().endswith(MISSING + "\n")
    write_comparison(tmp_path, [ModelRun("one", tuple(ROWS))])
    assert (tmp_path / "models.md").read_text().endswith(MISSING + "\n")
    assert not list(tmp_path.glob("*.png"))


def test_importing_the_module_loads_no_matplotlib(tmp_path):
    import subprocess

    code = "import sys, hrl.benchmarks.report, hrl.benchmarks.models; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
