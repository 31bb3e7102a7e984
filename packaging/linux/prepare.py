"""What `make run` and `make test` need on Linux, from a bare machine: libraries, venv, packages.

Standard library only. Each step is skipped when its stamp under the venv is current, so that a
second run costs a fraction of a second.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from engine_wheel import build_engine, engine_key
from steps import CACHE, CONSTRAINTS, ROOT, PrepareError, locked, pip_progress, run_shown, say
from system_packages import RUN_LIBRARIES, TEST_PACKAGES, install_missing
from vocabularies import take_vocabularies

# One venv for both: `test` only adds packages to `run`, those of models/recipes/ among them.
PROFILES = ("run", "test")
VENV = ROOT / ".venv"


def main(arguments: Sequence[str]) -> int:
    """Prepare the profile named in ``arguments``; 0 when everything is there, else 1, 2 or 130."""
    if len(arguments) != 1 or arguments[0] not in PROFILES:
        say(f"Usage : prepare.py {{{','.join(PROFILES)}}}")
        return 2
    for ending in (signal.SIGTERM, signal.SIGHUP):  # leave as tidily as on Ctrl-C
        signal.signal(ending, signal.default_int_handler)
    try:
        check_python()
        with locked(ROOT, "Une autre préparation est en cours dans ce dossier : attente…"):
            prepare(arguments[0])
    except PrepareError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("Interrompu. La même commande reprendra où il faut.")
        return 130
    return 0


def prepare(profile: str) -> None:
    """Do whatever is missing for ``profile``, in order."""
    wheel_folder = CACHE / "wheels" / engine_key()
    install_missing(system_packages(profile, wheel_folder))
    venv = Venv(VENV)
    venv.create_if_needed()
    venv.once("engine", wheel_folder.name, lambda: install_engine(venv, wheel_folder))
    if profile == "test":
        take_vocabularies(venv.python)
    key = dependencies_key()
    if profile == "run" and venv.is_done("test", key):
        return  # the tests' packages include these
    venv.once(profile, key, lambda: install_package(venv, profile))


def check_python() -> None:
    """Refuse a system or a Python that the program can't run on."""
    if sys.platform != "linux":
        raise PrepareError("Cette préparation est faite pour Linux.")
    if sys.version_info < (3, 11):  # noqa: UP036 (the only file that an older one reads)
        found = platform.python_version()
        raise PrepareError(
            f"Python 3.11 ou plus récent est nécessaire (trouvé : {found}).\n"
            "S’il est installé sous un autre nom : make run PYTHON=python3.12"
        )


def system_packages(profile: str, wheel_folder: Path) -> list[str]:
    """The Debian packages that ``profile`` needs here."""
    wanted = list(RUN_LIBRARIES)
    if profile == "test":
        wanted += TEST_PACKAGES
    if importlib.util.find_spec("ensurepip") is None:
        wanted.append(f"python3.{sys.version_info.minor}-venv")
    if not wheel_folder.is_dir() and shutil.which("g++") is None:
        wanted.append("g++")
    return wanted


class Venv:
    """A virtual environment and the stamps of what was done in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = folder / "bin" / "python"
        self._stamps = folder / ".aparte"
        # There while pip writes: still there at the start, the venv may be half written.
        self._writing = self._stamps / "writing"

    def create_if_needed(self) -> None:
        """Make the venv, or remake it where it was moved, left half written, or its Python left."""
        identity = f"{sys.version}\n{os.path.realpath(sys.executable)}\n{self.folder}"
        if self.is_done("venv", identity) and not self._writing.exists() and self.python.exists():
            return
        say(f"Environnement Python : {self.folder.name}")
        if self.folder.exists():
            shutil.rmtree(self.folder)
        answer = subprocess.run(
            [sys.executable, "-m", "venv", str(self.folder)],
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode:
            raise PrepareError(
                f"L’environnement Python n’a pas pu être créé :\n{answer.stdout}{answer.stderr}"
            )
        self._stamps.mkdir()
        self._stamp("venv", identity)

    def once(self, step: str, key: str, action: Callable[[], None]) -> None:
        """Do ``action`` unless it was done with the same ``key``."""
        if not self.is_done(step, key):
            action()
            self._stamp(step, key)

    def is_done(self, step: str, key: str) -> bool:
        """Whether ``step`` was finished with this ``key``."""
        try:
            return (self._stamps / step).read_text(encoding="utf-8") == key
        except OSError:
            return False

    def _stamp(self, step: str, key: str) -> None:
        (self._stamps / step).write_text(key, encoding="utf-8")

    def pip_install(self, title: str, *arguments: str) -> None:
        """Install into the venv. Interrupted, it leaves a mark; failed, pip has put things back."""
        pip = [str(self.python), "-m", "pip", "install", "--constraint", str(CONSTRAINTS)]
        self._writing.touch()
        log = CACHE / "logs" / "pip.log"
        try:
            run_shown(title, [*pip, *arguments], log, pip_progress)
        except PrepareError:
            self._writing.unlink()
            raise
        self._writing.unlink()


def dependencies_key() -> str:
    """Digest of all that decides what is installed besides the engine."""
    import tomllib  # after check_python: 3.11 brought it

    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    said = {
        "project": pyproject["project"],
        "setuptools": pyproject["tool"]["setuptools"],
        "version": (ROOT / "assistant" / "__init__.py").read_text(encoding="utf-8"),
        "constraints": CONSTRAINTS.read_text(encoding="utf-8"),
        "how": Path(__file__).read_text(encoding="utf-8"),
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def install_package(venv: Venv, profile: str) -> None:
    """Install the pinned dependencies and the package itself, editable."""
    venv.pip_install("Outil d’installation", "setuptools")
    extra = "" if profile == "run" else f"[{profile}]"
    # Without isolation the build uses the setuptools just pinned, and asks nobody for another.
    venv.pip_install(
        "Dépendances",
        "--only-binary=llama-cpp-python",
        "--no-build-isolation",
        "--editable",
        f".{extra}",
    )


def install_engine(venv: Venv, wheel_folder: Path) -> None:
    """Install the engine from the cache, compiling it first where the cache has none."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with locked(CACHE, "Une autre compilation du moteur est en cours : attente…"):
        if not wheel_folder.is_dir():
            build_engine(venv.python, wheel_folder)
    (wheel,) = wheel_folder.glob("*.whl")
    venv.pip_install("Moteur", "--force-reinstall", "--no-deps", str(wheel))
    # What it imports, for the check below; the rest comes with the package.
    venv.pip_install("Dépendances du moteur", "--only-binary=llama-cpp-python", "llama-cpp-python")
    loads = subprocess.run(
        [str(venv.python), "-c", "import llama_cpp; llama_cpp.llama_backend_init()"],
        capture_output=True,
        text=True,
        check=False,
    )
    if loads.returncode:
        shutil.rmtree(wheel_folder)
        raise PrepareError(
            f"Le moteur compilé ne se charge pas ({loads.returncode}) ; il sera recompilé à la "
            f"prochaine tentative.\n{loads.stderr[-2000:]}"
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
