# trick: fills the channel and never reads a question
# verdict: not pass
import os, threading


def fill():
    while True:
        os.write(3, (1000).to_bytes(4, "big") + b"x" * 1000)


threading.Thread(target=fill, daemon=True).start()


def f(x):
    while True:
        pass
