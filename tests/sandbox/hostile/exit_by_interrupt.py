# trick: interrupts its own main thread
# verdict: fail
import _thread


def f(x):
    _thread.interrupt_main()
    return None
