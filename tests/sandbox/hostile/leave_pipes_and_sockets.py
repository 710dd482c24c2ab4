# trick: leaves named pipes, sockets, hard links and loops of links
# verdict: fail
import os, socket


def f(x):
    for top in ("/tmp", "/dev/shm"):
        for make in (
            lambda: os.mkfifo(top + "/fifo"),
            lambda: socket.socket(socket.AF_UNIX).bind(top + "/socket"),
            lambda: os.symlink(top + "/b", top + "/a"),
            lambda: os.symlink(top + "/a", top + "/b"),
            lambda: os.symlink("/", top + "/root"),
            lambda: open(top + "/one", "w").close(),
            lambda: os.link(top + "/one", top + "/two"),
            lambda: os.mknod(top + "/null", 0o20666, os.makedev(1, 3)),
        ):
            try:
                make()
            except OSError:
                pass
    return 0
