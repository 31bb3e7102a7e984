"""What `make run` and `make test` need on Linux, from a bare machine: libraries, venv, packages.

Standard library only. Each step is skipped when its stamp under the venv is current, so that a
second run costs a fraction of a second.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import platform
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONSTRAINTS = ROOT / "constraints.txt"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "aparte"

# Profile → its venv. `run` and `test` share one: the second only adds packages to the first.
VENVS = {"run": ".venv", "test": ".venv", "recipes": ".venv-recipes"}

# What Qt's xcb, wayland and offscreen plugins, the seal and llama.cpp are linked with (objdump -p).
RUN_LIBRARIES = """
    libdbus-1-3 libegl1 libfontconfig1 libgl1 libglib2.0-0 libgomp1 libseccomp2
    libwayland-client0 libwayland-cursor0 libwayland-egl1 libx11-xcb1 libxcb1 libxcb-cursor0
    libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render0 libxcb-render-util0
    libxcb-shape0 libxcb-shm0 libxcb-sync1 libxcb-util1 libxcb-xfixes0 libxcb-xkb1
    libxkbcommon0 libxkbcommon-x11-0
""".split()  # noqa: SIM905 (one name a line would hide the list)
# A screen in memory, for the tests that open the window as a desktop would.
TEST_PACKAGES = ["xauth", "xvfb"]

# The libraries of llama.cpp and nothing else of it. The build is -march=native.
CMAKE_ARGS = " ".join(
    f"-D{option}=OFF"
    for option in (
        "LLAVA_BUILD",
        "LLAMA_BUILD_TOOLS",
        "LLAMA_BUILD_SERVER",
        "LLAMA_BUILD_COMMON",
        "LLAMA_BUILD_EXAMPLES",
        "LLAMA_BUILD_TESTS",
    )
)


class PrepareError(Exception):
    """A step that can't be done; its text is for the user."""


def main(arguments: Sequence[str]) -> int:
    """Prepare the profile named in ``arguments``; 0 when everything is there, else 1, 2 or 130."""
    if len(arguments) != 1 or arguments[0] not in VENVS:
        say(f"Usage : prepare.py {{{','.join(VENVS)}}}")
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)
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
    install_system_packages(missing_system_packages(profile, wheel_folder))
    venv = Venv(ROOT / VENVS[profile])
    venv.create_if_needed()
    venv.once("engine", wheel_folder.name, lambda: install_engine(venv, wheel_folder))
    key = dependencies_key()
    if profile == "run" and venv.is_done("test", key):
        return  # the tests' packages include these
    venv.once(profile, key, lambda: install_package(venv, profile))


# --- the system -----------------------------------------------------------------------------------


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


def missing_system_packages(profile: str, wheel_folder: Path) -> list[str]:
    """The Debian packages that ``profile`` needs and that are not installed."""
    wanted = list(RUN_LIBRARIES)
    if profile == "test":
        wanted += TEST_PACKAGES
    if importlib.util.find_spec("ensurepip") is None:
        wanted.append(f"python3.{sys.version_info.minor}-venv")
    if not wheel_folder.is_dir() and shutil.which("g++") is None:
        wanted.append("g++")
    if shutil.which("dpkg-query") is None:
        say("Système sans apt : les équivalents de ces paquets doivent être installés :")
        say("  " + " ".join(wanted))
        return []
    installed = installed_system_packages()
    return [package for package in wanted if package not in installed]


def installed_system_packages() -> set[str]:
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


def install_system_packages(packages: list[str]) -> None:
    """Install ``packages`` with apt, as root or through sudo; else give the line to type."""
    if not packages:
        return
    say(f"Bibliothèques du système à installer : {' '.join(packages)}")
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    become_root = root_prefix()
    if become_root is None:
        raise PrepareError(apt_line(install))
    quiet = ["-q", "-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0"]
    command = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive"]
    # A third-party source out of order must not stop us: the install below has the last word.
    subprocess.run([*command, "apt-get", *quiet, "update"], check=False)
    if subprocess.run([*command, install[0], *quiet, *install[1:]], check=False).returncode:
        raise PrepareError(apt_line(install))


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


def apt_line(install: list[str]) -> str:
    """The one line that installs the packages, for who has the rights."""
    line = f"apt-get update && {shlex.join(install)}"
    if os.geteuid():
        line = f"sudo sh -c {shlex.quote(line)}" if shutil.which("sudo") else f"su -c '{line}'"
    return f"Ces paquets n’ont pas pu être installés. Tapez cette ligne, puis relancez :\n{line}"


# --- the virtual environment ----------------------------------------------------------------------


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
        self._writing.touch()
        log = CACHE / "logs" / "pip.log"
        try:
            run_shown(
                title,
                [str(self.python), "-m", "pip", "install", *constraint_arguments(), *arguments],
                log,
                pip_progress,
            )
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
        "prepare": Path(__file__).read_text(encoding="utf-8"),
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


def constraint_arguments() -> list[str]:
    """pip's arguments for the pinned versions."""
    return ["--constraint", str(CONSTRAINTS)]


# --- the engine: llama-cpp-python, compiled once for this processor -------------------------------


def engine_version() -> str:
    """The version of llama-cpp-python in constraints.txt."""
    pin = re.search(r"(?m)^llama[-_]cpp[-_]python==(\S+)", CONSTRAINTS.read_text(encoding="utf-8"))
    if pin is None:
        raise PrepareError("constraints.txt ne fixe pas la version de llama-cpp-python.")
    return pin[1]


def engine_key() -> str:
    """Name of the cached build: its version, and a digest of what the machine code depends on."""
    # Not of Python: the wheel is py3-none, it calls the library through ctypes.
    depends_on = json.dumps([CMAKE_ARGS, cpu_features(), platform.libc_ver()])
    digest = hashlib.sha256(depends_on.encode()).hexdigest()[:12]
    return f"llama_cpp_python-{engine_version()}-{platform.machine()}-{digest}"


def cpu_features() -> str:
    """The instruction sets of this processor, as the kernel lists them."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith(("flags", "Features")):
            return " ".join(sorted(line.partition(":")[2].split()))
    return ""


def install_engine(venv: Venv, wheel_folder: Path) -> None:
    """Install the engine from the cache, compiling it first where the cache has none."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with locked(CACHE, "Une autre compilation du moteur est en cours : attente…"):
        if not wheel_folder.is_dir():
            build_engine(venv, wheel_folder)
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


def build_engine(venv: Venv, wheel_folder: Path) -> None:
    """Compile the wheel into a temporary folder, then put it in its place whole."""
    wheel_folder.parent.mkdir(exist_ok=True)
    for leftover in wheel_folder.parent.glob(".building-*"):
        shutil.rmtree(leftover)
    with tempfile.TemporaryDirectory(prefix=".building-", dir=wheel_folder.parent) as name:
        building = Path(name) / "wheel"
        command = [str(venv.python), "-m", "pip", "wheel", "--verbose", "--no-deps"]
        # pip's own cache doesn't know our CMAKE_ARGS nor this processor: not from there.
        command += ["--no-cache-dir", "--no-binary=llama-cpp-python", f"--wheel-dir={building}"]
        run_shown(
            "Compilation du moteur (quelques minutes, une seule fois)",
            [*command, f"llama-cpp-python=={engine_version()}"],
            CACHE / "logs" / f"{wheel_folder.name}.log",
            build_progress,
            CMAKE_ARGS=CMAKE_ARGS,
            CMAKE_BUILD_PARALLEL_LEVEL=str(build_jobs()),
            SKBUILD_NINJA_MAKE_FALLBACK="false",
            # An address rather than a path, which pip would split at a space.
            PIP_CONSTRAINT=CONSTRAINTS.as_uri(),
            PIP_BUILD_CONSTRAINT=CONSTRAINTS.as_uri(),
        )
        building.rename(wheel_folder)


def build_jobs() -> int:
    """How many compilers at once: one a core, with 1 GiB of memory for each."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES")
    return max(1, min(len(os.sched_getaffinity(0)), memory // 2**30))


# --- showing what is being done -------------------------------------------------------------------


def say(text: str) -> None:
    """A line for the user."""
    print(text, file=sys.stderr, flush=True)


def build_progress(line: str) -> str | None:
    """What a line of the compiler's output says of its advance: a percentage."""
    step = re.match(r"\s*\[(\d+)/(\d+)\] ", line)
    return f"{100 * int(step[1]) // int(step[2])} %" if step else None


def pip_progress(line: str) -> str | None:
    """What a line of pip's output says of its advance: what it fetches or writes."""
    if re.match(r"\s*Installing collected packages", line):
        return "écriture"
    wheel = re.match(r"\s*Downloading (?:\S*/)?([\w.]+)-\S+ \((\S+) (k|M|G)B\)", line)
    return f"téléchargement de {wheel[1]} ({wheel[2]} {wheel[3].lower()}o)" if wheel else None


def run_shown(
    title: str,
    command: list[str],
    log: Path,
    progress: Callable[[str], str | None],
    **variables: str,
) -> None:
    """Run ``command``: its output in ``log``, its advance on one line that is written over.

    Raises PrepareError with the end of the log where the command fails.
    """
    started = time.monotonic()
    log.parent.mkdir(parents=True, exist_ok=True)
    show_advance(title, "…")
    with (
        log.open("w", encoding="utf-8") as file,
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=clean_environment() | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # so that an interruption reaches all it started
        ) as process,
    ):
        try:
            for line in process.stdout or ():
                file.write(line)
                advance = progress(line)
                if advance and sys.stderr.isatty():
                    show_advance(title, advance)
        except BaseException:
            end_group(process)
            raise
    if process.returncode:
        show_advance(title, "échec\n")
        lines = log.read_text(encoding="utf-8").splitlines()[-15:]
        raise PrepareError("\n".join(["", *lines, "", f"Journal complet : {log}"]))
    show_advance(title, f"fait en {time.monotonic() - started:.0f} s\n")


def end_group(process: subprocess.Popen[str]) -> None:
    """Interrupt ``process`` and all its children, and kill them if they take their time."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def show_advance(title: str, advance: str) -> None:
    """Write the line over where there is a terminal, one line each where there is none."""
    if not sys.stderr.isatty():
        say(f"{title} : {advance.rstrip()}")
        return
    line = f"{title} : {advance}"
    width = shutil.get_terminal_size().columns - 1
    end = "\n" if line.endswith("\n") else ""
    print(f"\r\x1b[K{line.rstrip()[:width]}", end=end, file=sys.stderr, flush=True)


def clean_environment() -> dict[str, str]:
    """The environment without what would make pip or Python look elsewhere than in the venv."""
    elsewhere = ("PYTHONHOME", "PYTHONPATH", "PIP_PREFIX", "PIP_TARGET", "PIP_USER")
    kept = {name: value for name, value in os.environ.items() if name not in elsewhere}
    return kept | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}


@contextlib.contextmanager
def locked(folder: Path, waiting: str) -> Iterator[None]:
    """Hold ``folder`` against another run of this script, saying ``waiting`` where it must wait."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(waiting)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
