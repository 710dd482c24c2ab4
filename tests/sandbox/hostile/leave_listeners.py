# trick: leaves listening sockets and file locks
# verdict: fail
import fcntl, os, socket, time


def f(x):
    if os.fork() == 0:
        os.setsid()
        keep = []
        for kind, where in (
            (socket.AF_UNIX, "\0next"),
            (socket.AF_INET, ("127.0.0.1", 8000)),
        ):
            try:
                keep.append(socket.socket(kind))
                keep[-1].bind(where)
                keep[-1].listen()
            except OSError:
                pass
        lock = open("/tmp/lock", "w")
        fcntl.flock(lock, fcntl.LOCK_EX)
        time.sleep(60)
        os._exit(0)
    return 0
