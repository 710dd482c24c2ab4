# trick: starts threads without end
# verdict: not pass
import threading, time


def f(x):
    while True:
        threading.Thread(target=time.sleep, args=(60,)).start()
