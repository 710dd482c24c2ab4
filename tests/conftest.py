"""For all tests: Ctrl-C is Ctrl-C, also where the run was started in the background, which ignores it."""

import signal

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
