"""The seal: once set, this process and its children can't open a network socket.

On Linux a seccomp filter refuses ``socket(2)`` for every family but AF_UNIX (which the
display, the keyring and fonts need), and the calls that would go around it: io_uring opens
sockets without that call, and ptrace or process_vm_writev would borrow another process.
The filter can't be lifted. Elsewhere nothing is enforced yet, and ``seal`` says so.
"""

from __future__ import annotations

import errno
import socket
import sys

_GOES_AROUND = ("io_uring_setup", "io_uring_enter", "io_uring_register", "ptrace",
                "process_vm_writev", "process_vm_readv", "pidfd_getfd")  # fmt: skip


def seal() -> bool:
    """Seal this process for ever; True once the system enforces it, checked by trying."""
    if sys.platform != "linux":
        return False
    _forbid_core_dumps()
    if not is_sealed():
        try:
            _load_filter()
        except (ImportError, OSError, RuntimeError):
            return False
    return is_sealed()


def is_sealed() -> bool:
    """True if this process is refused an Internet socket by the system right now."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.socket(family, socket.SOCK_DGRAM).close()
        except OSError as refusal:
            if refusal.errno in (errno.EPERM, errno.EAFNOSUPPORT):
                continue
        return False
    return True


def _load_filter() -> None:
    import pyseccomp as seccomp

    rules = seccomp.SyscallFilter(defaction=seccomp.ALLOW)
    refuse = seccomp.ERRNO(errno.EPERM)
    rules.add_rule(refuse, "socket", seccomp.Arg(0, seccomp.NE, int(socket.AF_UNIX)))
    for call in _GOES_AROUND:
        rules.add_rule(refuse, call)
    rules.set_attr(seccomp.Attr.CTL_TSYNC, 1)
    rules.load()


def _forbid_core_dumps() -> None:
    """A core file would hold patient text."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
