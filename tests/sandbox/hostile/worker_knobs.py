# trick: writes to the files that steer PID 1
# verdict: fail
import os


def f(x):
    for p in (1, os.getppid()):
        for name, text in (
            ("oom_score_adj", "1000"),
            ("coredump_filter", "ff"),
            ("timerslack_ns", "4000000000"),
            ("autogroup", "19"),
            ("clear_refs", "1"),
            ("comm", "x"),
            ("setgroups", "deny"),
            ("uid_map", "0 0 1"),
        ):
            try:
                with open(f"/proc/{p}/{name}", "w") as file:
                    file.write(text)
                return 4
            except OSError:
                pass
    return 0
