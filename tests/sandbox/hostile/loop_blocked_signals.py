# trick: blocks every signal and sleeps
# verdict: timeout
import signal, time


def f(x):
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64))
    time.sleep(1000)
