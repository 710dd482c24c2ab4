# trick: sends descriptors to itself and never takes them
# verdict: not pass
import array, os, socket


def f(x):
    a, b = socket.socketpair()
    null = os.open("/dev/null", os.O_RDONLY)
    fds = array.array("i", [null] * 200)
    try:
        while True:
            a.sendmsg(
                [b"x"],
                [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)],
                socket.MSG_DONTWAIT,
            )
    except OSError:
        return 0
