# trick: looks for another box's processes and files
# verdict: fail
import os


def f(x):
    mine = {1, os.getpid(), os.getppid()}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if int(pid) not in mine and os.readlink(f"/proc/{pid}/cwd"):
                return 4
            if int(pid) not in mine and open(f"/proc/{pid}/mem", "rb"):
                return 4
        except OSError:
            pass
    return None
