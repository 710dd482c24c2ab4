# trick: runs a program that it wrote itself
# verdict: fail
import os, shutil, subprocess


def f(x):
    for top in ("/tmp", "/dev/shm"):
        try:
            path = shutil.copy("/bin/true", top + "/program")
            os.chmod(path, 0o6755)
            info = os.stat(path)
            subprocess.run([path], check=True)
            if info.st_uid == 0:
                return 4
        except (OSError, subprocess.SubprocessError):
            pass
    return 0
