# trick: leaves unremovable folders, links and files for the next job
# verdict: fail
import os


def f(x):
    for top in ("/tmp", "/dev/shm"):
        try:
            os.makedirs(top + "/a/b/c", exist_ok=True)
            open(top + "/a/b/c/d", "w").write("x")
            os.path.lexists(top + "/l") or os.symlink("/usr", top + "/l")
            os.chmod(top + "/a/b", 0)
        except OSError:
            pass
    return 0
