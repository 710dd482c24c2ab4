# trick: writes outside the scratch folder
# verdict: fail
import os


def f(x):
    for p in (
        "/etc/x",
        "/usr/x",
        "/x",
        "/root/x",
        "/dev/x",
        "/var/x",
        "/proc/sys/kernel/core_pattern",
    ):
        try:
            open(p, "w").write("x")
            return 4
        except OSError:
            pass
    return 0
