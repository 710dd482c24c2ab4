# trick: fills shared memory
# verdict: not pass
import mmap, os


def f(x):
    for i in range(64):
        try:
            d = os.open(f"/dev/shm/{i}", os.O_RDWR | os.O_CREAT)
            os.ftruncate(d, 8 << 20)
            mmap.mmap(d, 8 << 20).write(b"x" * (8 << 20))
            os.close(d)
        except OSError:
            return 0
