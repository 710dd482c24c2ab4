# trick: runs programs that have their owner's rights
# verdict: fail
import os, subprocess


def f(x):
    for program in (
        "su",
        "sudo",
        "mount",
        "passwd",
        "newgrp",
        "ping",
        "unshare",
        "bwrap",
    ):
        for folder in ("/usr/bin", "/bin", "/usr/sbin"):
            path = f"{folder}/{program}"
            if os.path.exists(path):
                args = {
                    "unshare": ["-Ur", "id"],
                    "su": ["-c", "id"],
                    "sudo": ["-n", "id"],
                }.get(program, ["--", "id"])
                try:
                    done = subprocess.run(
                        [path, *args],
                        capture_output=True,
                        timeout=2,
                        stdin=subprocess.DEVNULL,
                    )
                except (OSError, subprocess.SubprocessError):
                    continue
                if b"uid=0" in done.stdout:
                    return 4
    return 0
