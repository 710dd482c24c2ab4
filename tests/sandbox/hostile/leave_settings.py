# trick: changes everything that a process can change for itself
# verdict: fail
import ctypes, locale, os, resource, signal, sys, time


def f(x):
    libc = ctypes.CDLL(None)
    os.umask(0o777)
    os.nice(19)
    os.chdir("/proc")
    os.environ["PYTHONPATH"] = os.environ["TZ"] = "/tmp"
    time.tzset()
    libc.personality(0x0040000)
    libc.prctl(15, b"other")
    libc.prctl(36, 0)
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))
    sys.path.insert(0, "/tmp")
    for r in (resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC):
        resource.setrlimit(r, (5, 5))
    return 0
