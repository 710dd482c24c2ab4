"""Builds the image that the Docker backend runs: a Debian root with a full Python, or a registry's slim one.

The Debian way needs no registry: debootstrap takes the packages from the mirror that this machine's own
`apt` uses. Left out: anything at run time. Extra packages are baked in here, because a box has no network.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hrl.errors import BadInput, SandboxUnavailable
from hrl.sandbox.engine import connect, first_line

LABEL = "hrl.sandbox.image"
REGISTRY_IMAGE = "python:3.11-slim"
DEFAULT_MIRROR = "http://deb.debian.org/debian"
_SUITE = "bookworm"
_SECONDS = 600
_PATH = "PATH=/usr/local/bin:/usr/bin:/bin"
_FROM_REGISTRY = f"take a registry's image with --registry {REGISTRY_IMAGE}"
_LEFT_OUT = (
    "./dev/*", "./proc/*", "./sys/*", "./tmp/*", "./var/cache/*", "./var/lib/apt/lists/*", "./var/log/*",
    "./usr/share/doc/*", "./usr/share/man/*", "./usr/share/locale/*", "./usr/share/info/*", "./boot/*",
)  # fmt: skip


def build_image(
    name: str,
    *,
    packages: Sequence[str] = (),
    mirror: str | None = None,
    suite: str = _SUITE,
    registry_image: str | None = None,
    report: Callable[[str], None] = lambda line: None,
) -> str:
    """Build or fetch the sandbox image and give it `name`.

    Args:
        name: `repository:tag`, normally `settings.sandbox_image`.
        packages: requirements that pip installs into the image.
        mirror: a Debian mirror; None: the one in this machine's apt sources.
        suite: the Debian release.
        registry_image: take this image from its registry instead of making a Debian root.
        report: called with one line for each step.

    Returns:
        The image's id.

    Raises:
        SandboxUnavailable: no engine, no debootstrap, or a step failed; the text says how to mend it.
        BadInput: a package that is not a requirement.
    """
    for package in packages:
        if not re.match(r"^[A-Za-z0-9][A-Za-z0-9._\[\],<>=!~ -]*$", package):
            raise BadInput(f"{package!r} is not a package requirement")
    client = _engine()
    try:
        if registry_image is not None:
            return _from_registry(client, name, registry_image, packages, report)
        return _from_debian(client, name, mirror or debian_mirror(), suite, packages, report)
    finally:
        client.close()


def debian_mirror(sources: Path = Path("/etc/apt")) -> str:
    """The first Debian mirror in this machine's apt sources, else Debian's own address."""
    files = [sources / "sources.list", *sorted((sources / "sources.list.d").glob("*"))]
    for file in files:
        try:
            text = file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        for line in text.splitlines():
            found = re.match(r"^\s*(?:URIs:|deb(?:\s+\[[^\]]*\])?)\s*(https?://\S+)", line)
            if found and re.search(r"/debian/?$", found[1]):
                return found[1].rstrip("/")
    return DEFAULT_MIRROR


def _engine() -> Any:
    client = connect()
    client.api.timeout = _SECONDS  # an image is more than a question
    return client


def _from_registry(
    client: Any, name: str, source: str, packages: Sequence[str], report: Callable[[str], None]
) -> str:
    import io

    lines = [f"FROM {source}", f'LABEL {LABEL}="1"']
    if packages:
        quoted = " ".join(f"'{package}'" for package in packages)
        lines.append(f"RUN pip install --no-cache-dir --only-binary=:all: {quoted}")
    report(f"building {name} from {source}")
    try:
        image, _ = client.images.build(
            fileobj=io.BytesIO("\n".join(lines).encode()), tag=name, rm=True, pull=True
        )
    except Exception as problem:
        raise SandboxUnavailable(f"the image cannot be built from {source}: {first_line(problem)}") from None
    return str(image.id)


def _from_debian(
    client: Any, name: str, mirror: str, suite: str, packages: Sequence[str], report: Callable[[str], None]
) -> str:
    if shutil.which("debootstrap") is None:
        raise SandboxUnavailable(f"debootstrap is missing: apt-get install debootstrap, or {_FROM_REGISTRY}")
    if os.geteuid() != 0:
        raise SandboxUnavailable(f"making a Debian root needs root: run this as root, or {_FROM_REGISTRY}")
    with tempfile.TemporaryDirectory(prefix="hrl-image-") as folder:
        root, archive = Path(folder) / "root", Path(folder) / "root.tar"
        report(f"debootstrap {suite} (about a minute)")
        _step(
            ["debootstrap", "--variant=minbase", "--include=python3", suite, str(root), mirror],
            "debootstrap failed: is the Debian mirror reachable?",
        )
        if packages:
            report(f"installing {' '.join(packages)}")
            _install(root, packages)
        _harden(root)
        report("importing the image")
        left_out = [f"--exclude={pattern}" for pattern in _LEFT_OUT]
        _step(["tar", "-C", str(root), "-cf", str(archive), *left_out, "."], "the image cannot be packed")
        return _import(client, archive, name)


def _import(client: Any, archive: Path, name: str) -> str:
    repository, _, tag = name.rpartition(":") if ":" in name.rsplit("/", 1)[-1] else (name, "", "latest")
    changes = [f'LABEL {LABEL}="1"', f"ENV {_PATH}"]
    try:
        client.api.import_image(src=str(archive), repository=repository, tag=tag, changes=changes)
        return str(client.images.get(name).id)
    except Exception as problem:
        raise SandboxUnavailable(f"the engine refused the image: {first_line(problem)}") from None


def _install(root: Path, packages: Sequence[str]) -> None:
    versions = sorted(path.name for path in (root / "usr/lib").glob("python3.*"))
    if not versions:
        raise SandboxUnavailable("the Debian root holds no Python: choose another --suite")
    target = root / "usr/local/lib" / versions[-1] / "dist-packages"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--only-binary=:all:", "--implementation", "cp", "--target", str(target)]
    command += ["--python-version", versions[-1].removeprefix("python"), *packages]
    _step(command, f"pip cannot install {' '.join(packages)} into the image")


def _harden(root: Path) -> None:
    """No set-uid or set-gid file is left; `nobody` owns nothing."""
    for folder, _, names in os.walk(root):
        for entry in names:
            path = Path(folder) / entry
            mode = path.lstat().st_mode
            if not path.is_symlink() and mode & 0o6000:
                path.chmod(mode & 0o1777)


def _step(command: list[str], failure: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode != 0:
        last = (done.stderr.strip() or done.stdout.strip() or "no output").splitlines()[-1]
        raise SandboxUnavailable(f"{failure} ({last[:300]})")
