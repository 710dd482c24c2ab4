# trick: crashes the interpreter
# verdict: error
# ruff: noqa
import ctypes


def f(x):
    ctypes.string_at(0)
