"""The seal, tried from inside a process that has it."""

from __future__ import annotations

import json
import subprocess
import sys

_TRY = """
import ctypes, json, os, socket, subprocess, sys
from assistant.confinement.seal import is_sealed, seal
before = is_sealed()
sealed = seal()

def refused(family, kind):
    try:
        socket.socket(family, kind).close()
    except PermissionError:
        return True
    return False

def child_refused():
    code = "import socket; socket.socket(socket.AF_INET)"
    return subprocess.run([sys.executable, "-c", code], stderr=subprocess.DEVNULL).returncode != 0

libc = ctypes.CDLL(None, use_errno=True)
uring = libc.syscall(425, 1, 0)  # io_uring_setup on x86-64 and arm64
left, right = socket.socketpair()
print(json.dumps({
    "before": before, "sealed": sealed, "again": seal(),
    "inet": refused(socket.AF_INET, socket.SOCK_STREAM),
    "inet6": refused(socket.AF_INET6, socket.SOCK_DGRAM),
    "netlink": refused(socket.AF_NETLINK, socket.SOCK_RAW),
    "unix": not refused(socket.AF_UNIX, socket.SOCK_STREAM),
    "uring": uring == -1, "child": child_refused(),
}))
"""


def test_a_sealed_process_has_no_network_and_neither_have_its_children() -> None:
    done = subprocess.run([sys.executable, "-c", _TRY], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert found == {
        "before": False,
        "sealed": True,
        "again": True,
        "inet": True,
        "inet6": True,
        "netlink": True,
        "unix": True,
        "uring": True,
        "child": True,
    }
