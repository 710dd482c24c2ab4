# trick: a class whose methods leave, each in another way
# verdict: not pass
# tests: class
import os, sys


class Stack:
    def push(self, item):
        sys.exit(0)

    def pop(self):
        raise StopIteration

    def is_empty(self):
        os._exit(0)

    def __del__(self):
        os._exit(0)
