"""Both ways to install: the wheel, and the checkout itself. In each, what is shipped is found. Nothing is fetched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
FIND = """
import json, os
os.environ["LANGUAGE"] = "es"
from whisper_tui.config import paths
from whisper_tui.ui.words import _
print(json.dumps({
    "package": str(paths.PACKAGE),
    "themes": [str(paths.shipped("themes")), paths.theme_names()],
    "fixtures": str(paths.shipped("fixtures", "config/good.toml")),
    "whisper": _("whisper"),
    "man": [str(paths.shipped("man", page)) for page in ("whisper-tui.1", "whisper-tui.toml.5")],
}))
"""


def run(*argv: str | Path, cwd: Path) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_"))}
    done = subprocess.run([str(word) for word in argv], cwd=cwd, env=clean, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Place:
    """A fresh environment that borrows the libraries of this one, but not the program."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "venv"
        venv.create(self.folder, with_pip=False, symlinks=True)
        self.python = self.folder / "bin" / "python"
        site = self.folder / "lib" / f"python{sysconfig.get_python_version()}" / "site-packages"
        # A path file is read after the environment's own packages, so what is installed here comes first; the borrowed
        # folder's own path files (an editable install of this checkout among them) are not read at all.
        (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")

    def pip(self, *arguments: str | Path) -> None:
        quiet = ("--disable-pip-version-check", "--no-deps", "--no-index", "--no-build-isolation", "--quiet")
        run(self.python, "-m", "pip", "install", "--ignore-installed", *quiet, *arguments, cwd=self.folder)

    def found(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(run(self.python, "-I", "-c", FIND, cwd=self.folder))
        return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    quiet = ("--disable-pip-version-check", "--no-deps", "--no-build-isolation", "--quiet")
    run(sys.executable, "-m", "pip", "wheel", *quiet, "--wheel-dir", folder, CHECKOUT, cwd=folder)
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_its_themes_fixtures_and_man_pages(wheel: Path, tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.pip(wheel)
    found = place.found()
    assert found["whisper"] == "susurrar"
    shared = Path(str(found["package"])) / "shared"
    assert shared.is_relative_to(place.folder)
    assert found["themes"] == [
        str(shared / "themes"),
        sorted(file.stem for file in (CHECKOUT / "themes").glob("*.toml")),
    ]
    assert found["fixtures"] == str(shared / "fixtures/config/good.toml")
    assert found["man"] == [
        str(place.folder / "share/man/man1/whisper-tui.1"),
        str(place.folder / "share/man/man5/whisper-tui.toml.5"),
    ]
    assert run(place.folder / "bin/whisper-tui", "--version", cwd=tmp_path).startswith("whisper-tui 0.")
    stories = run(place.folder / "bin/whisper-tui", "demo", "--list", cwd=tmp_path)
    assert "busy " in stories


def test_an_editable_install_uses_the_folders_of_the_checkout(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.pip("--editable", CHECKOUT)
    found = place.found()
    assert found["whisper"] == "susurrar"
    assert found["package"] == str(CHECKOUT / "whisper_tui")
    assert found["themes"] == [
        str(CHECKOUT / "themes"),
        sorted(file.stem for file in (CHECKOUT / "themes").glob("*.toml")),
    ]
    assert found["fixtures"] == str(CHECKOUT / "fixtures/config/good.toml")
    assert found["man"] == [str(CHECKOUT / "man/whisper-tui.1"), str(CHECKOUT / "man/whisper-tui.toml.5")]
    assert run(place.folder / "bin/whisper-tui", "--help", cwd=tmp_path).startswith("Usage: whisper-tui")
