# trick: opens devices and the kernel's files
# verdict: fail
def f(x):
    for path in (
        "/dev/mem",
        "/dev/kmsg",
        "/dev/sda",
        "/dev/vda",
        "/dev/fuse",
        "/dev/net/tun",
        "/dev/kvm",
        "/proc/kcore",
        "/proc/sysrq-trigger",
        "/sys/kernel/uevent_helper",
        "/dev/tty",
    ):
        for mode in ("rb", "r+b"):
            try:
                open(path, mode, 0)
                return 4
            except OSError:
                pass
    return 0
