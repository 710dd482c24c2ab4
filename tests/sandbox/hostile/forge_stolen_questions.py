# trick: a thread that takes the questions from the channel
# verdict: not pass
import os, threading


def steal():
    while True:
        os.read(3, 1)


threading.Thread(target=steal, daemon=True).start()


def f(x):
    return 0
