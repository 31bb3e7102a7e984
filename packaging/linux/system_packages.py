"""The Debian packages that the program and its tests need, and their installation with apt."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys

from steps import PrepareError, say

# What Qt's xcb, wayland and offscreen plugins, the seal and llama.cpp are linked with (objdump -p).
RUN_LIBRARIES = """
    libdbus-1-3 libegl1 libfontconfig1 libgl1 libglib2.0-0 libgomp1 libseccomp2
    libwayland-client0 libwayland-cursor0 libwayland-egl1 libx11-xcb1 libxcb1 libxcb-cursor0
    libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render0 libxcb-render-util0
    libxcb-shape0 libxcb-shm0 libxcb-sync1 libxcb-util1 libxcb-xfixes0 libxcb-xkb1
    libxkbcommon0 libxkbcommon-x11-0
""".split()  # noqa: SIM905 (one name a line would hide the list)
# A screen in memory and hands to type on it, for the test that opens the window as a desktop does;
# a session's bus and its keyring, for the tests of the vault.
TEST_PACKAGES = ["dbus", "gnome-keyring", "xdotool", "xvfb"]

INSTALL = ["install", "-y", "--no-install-recommends"]


def install_missing(wanted: list[str]) -> None:
    """Install those of ``wanted`` that are missing; without apt, only say what must be there."""
    if shutil.which("dpkg-query") is None:
        say("Système sans apt : les équivalents de ces paquets doivent être installés :")
        say("  " + " ".join(wanted))
        return
    installed = installed_packages()
    missing = [package for package in wanted if package not in installed]
    if missing:
        say(f"Bibliothèques du système à installer : {' '.join(missing)}")
        install(missing)


def installed_packages() -> set[str]:
    """Names of the installed packages, with the older names they provide (libglib2.0-0t64…)."""
    form = "${db:Status-Status}\t${Package}\t${Provides}\n"
    answer = subprocess.run(
        ["dpkg-query", "--show", f"--showformat={form}"], capture_output=True, text=True, check=True
    )
    names: set[str] = set()
    for line in answer.stdout.splitlines():
        status, package, provides = line.split("\t")
        if status == "installed":
            names.add(package)
            names.update(name.split()[0] for name in provides.split(",") if name.strip())
    return names


def install(packages: list[str]) -> None:
    """Install ``packages`` with apt, as root or through sudo; else give the line to type."""
    become_root = root_prefix()
    if become_root is None:
        raise PrepareError(line_to_type(packages))
    apt = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    apt += ["-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0"]
    # A third-party source out of order must not stop us: the install below has the last word.
    subprocess.run([*apt, "update"], check=False)
    if subprocess.run([*apt, *INSTALL, *packages], check=False).returncode:
        raise PrepareError(line_to_type(packages))


def root_prefix() -> list[str] | None:
    """What to put before a command for it to run as root, or None where that can't be."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    if sys.stdin.isatty():
        return ["sudo"]
    able = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    return ["sudo", "-n"] if able else None


def line_to_type(packages: list[str]) -> str:
    """The one line that installs ``packages``, for who has the rights, and why it is shown."""
    line = f"apt-get update && {shlex.join(['apt-get', *INSTALL, *packages])}"
    if os.geteuid():
        line = f"{'sudo sh' if shutil.which('sudo') else 'su'} -c '{line}'"
    return f"Ces paquets n’ont pas pu être installés. Tapez cette ligne, puis relancez :\n{line}"
