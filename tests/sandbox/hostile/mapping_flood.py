# trick: maps memory until there are no more mappings
# verdict: not pass
import mmap


def f(x):
    keep = []
    while True:
        keep.append(mmap.mmap(-1, 4096))
