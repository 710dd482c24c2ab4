# trick: leaves files whose names are no text
# verdict: fail
import os


def f(x):
    for top in (b"/tmp", b"/dev/shm"):
        for name in (
            b"\xff\xfe",
            b"a\nb",
            b"-rf",
            b" ",
            b"n" * 255,
            b"..x",
            b"\x1b[2J",
            b"*",
        ):
            try:
                os.mkdir(top + b"/" + name)
                open(top + b"/" + name + b"/" + name, "w").close()
            except OSError:
                pass
    return 0
