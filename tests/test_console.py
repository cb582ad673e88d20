"""The commands as a whole: each has its module, its help and its place in the README, and the list of them is cheap."""

import errno
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from harvester.cli import COMMANDS, main
from harvester.console.options import ArgumentsError, load_settings

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
CONSOLE = Path(__file__).parents[1] / "harvester" / "console"
HEAVY = ("scrapy", "sqlalchemy", "rich", "dns", "aiohttp", "selectolax", "tldextract")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_stands_in_the_readme(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.help
    assert f"harvester {name}" in README
    assert all(option.help for option in command.params if isinstance(option, click.Option))


def test_every_module_with_a_command_is_listed() -> None:
    modules = {
        path.stem for path in CONSOLE.glob("*.py") if re.search("@click.(command|group)", path.read_text("utf-8"))
    }
    assert modules == set(COMMANDS)


def test_help_lists_the_commands_without_importing_them() -> None:
    code = (
        "import sys\nfrom harvester.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert all(name in told for name in COMMANDS)
    assert told.rstrip().endswith("[]")


def test_an_unknown_command_is_refused() -> None:
    result = CliRunner().invoke(main, ["nosuch"])
    assert result.exit_code == 2
    assert "No such command 'nosuch'" in result.stderr


def test_a_disk_that_takes_nothing_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: Path) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(folder))

    monkeypatch.setattr("harvester.demo.run.make_private_folder", refuse)
    result = CliRunner(env={"SCRAPY_SETTINGS_MODULE": "harvester.settings"}).invoke(main, ["demo", "--into", "demo"])
    assert result.exit_code == 1
    assert result.stderr == "Error: Nothing more could be written to demo: Read-only file system.\n"


def test_settings_of_a_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "harvester.toml").write_text("[settings]\nHARVESTER_MAX_PAGES = 5\nDOWNLOAD_DELAY = 3\n", "utf-8")
    monkeypatch.setenv("DOWNLOAD_DELAY", "2")
    settings = load_settings(["HARVESTER_NAMESERVERS=127.0.0.1:5353"])
    assert settings["HARVESTER_NAMESERVERS"] == ["127.0.0.1:5353"]
    assert (settings["DOWNLOAD_DELAY"], settings["HARVESTER_MAX_PAGES"]) == (2.0, 5)
    assert settings["DOWNLOAD_TIMEOUT"] == 20


@pytest.mark.parametrize("pair", ["HARVESTER_MAX_PAGES", "HARVESTER_MAXPAGES=1", "HARVESTER_MAX_PAGES=0", "=1", ""])
def test_bad_settings_of_a_command(pair: str) -> None:
    with pytest.raises(ArgumentsError):
        load_settings([pair])
