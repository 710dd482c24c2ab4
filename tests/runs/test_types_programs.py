"""Parsing in many threads at once, and without a word about the writer's style."""

import ast
import gc
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from hrl.types import parse_expression, parse_program

DEEP = (
    "x = "
    + "[" * 40
    + "1"
    + "]" * 40
    + "\n"
    + "def f(a):\n    return "
    + " + ".join(["a * (a - 1)"] * 30)
    + "\n"
)


class Yielding:
    """Garbage whose end lets another thread run, in the middle of whatever makes objects."""

    def __init__(self):
        self.own = self

    def __del__(self):
        threading.Event().wait(0)


def test_threads_that_parse_at_once_do_not_disturb_each_other():
    before, threshold = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-6)
    gc.set_threshold(20)

    def parse(number):
        for _ in range(15):
            Yielding()
            assert isinstance(parse_program(DEEP + f"y = {number}\n").body[-1], ast.Assign)

    try:
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(parse, range(8))) == [None] * 8
    finally:
        sys.setswitchinterval(before)
        gc.set_threshold(*threshold)


def test_an_invalid_escape_is_no_warning():
    assert parse_program(r"x = '\d'").body


@pytest.mark.parametrize("text", ["", "1)\n(2", "x = 1", "a b"])
def test_what_is_no_expression_is_a_syntax_error(text):
    with pytest.raises(SyntaxError):
        parse_expression(text)
