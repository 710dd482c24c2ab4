# trick: floods itself with timers whose handlers raise nothing
# verdict: timeout
import signal, time

signal.signal(signal.SIGALRM, lambda *_: None)
signal.signal(signal.SIGTERM, signal.SIG_IGN)


def f(x):
    signal.setitimer(signal.ITIMER_REAL, 0.0001, 0.0001)
    while True:
        time.sleep(1)
