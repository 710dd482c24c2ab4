# trick: leaves extended attributes and flags on the scratch folder
# verdict: fail
import ctypes, fcntl, os, struct


def f(x):
    for top in ("/tmp", "/dev/shm", os.getcwd()):
        try:
            os.setxattr(top, "user.note", b"from the last job")
            return 4
        except OSError:
            pass
        try:
            d = os.open(top, os.O_RDONLY)
            fcntl.ioctl(d, 0x40086602, struct.pack("l", 0x10 | 0x20))
            return 4
        except OSError:
            pass
    return 0
