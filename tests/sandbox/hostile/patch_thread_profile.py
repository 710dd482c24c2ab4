# trick: profiles every thread to change what functions return
# verdict: fail
import sys, threading


def profile(frame, event, arg):
    if event == "return" and "answer" in frame.f_locals:
        frame.f_locals["answer"]["ok"] = True


sys.setprofile(profile)
threading.setprofile(profile)


def f(x):
    return 0
