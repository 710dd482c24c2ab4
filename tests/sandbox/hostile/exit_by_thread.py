# trick: a thread that leaves with status 0
# verdict: error
import os, threading, time


def f(x):
    threading.Thread(target=os._exit, args=(0,)).start()
    time.sleep(5)
