# trick: answers and then computes for ever in a thread
# verdict: fail
import threading


def spin():
    while True:
        pass


def f(x):
    threading.Thread(target=spin, daemon=True).start()
    return 0
