"""Settings: where they come from, what is refused, and that the README knows them all."""

import re
from pathlib import Path

import pytest

from harvester.configuration import SettingError, load_overrides, parse_setting
from harvester.options import OPTIONS

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")

ADDRESSES = ["@b.example", "c.example", "jane@acme.example", "noreply@"]
GOOD = [
    ("HARVESTER_MAX_PAGES", "12", 12),
    ("HARVESTER_MAX_SECONDS", "1.5", 1.5),
    ("HARVESTER_ALLOW_PRIVATE_ADDRESSES", "yes", True),
    ("HARVESTER_ALLOW_PRIVATE_ADDRESSES", False, False),
    ("HARVESTER_NAMESERVERS", "127.0.0.1:5353, 9.9.9.9", ["127.0.0.1:5353", "9.9.9.9"]),
    ("HARVESTER_NAMESERVERS", ["[::1]:53"], ["[::1]:53"]),
    ("HARVESTER_CONTACT_URL", "https://acme.example/bot", "https://acme.example/bot"),
    ("HARVESTER_DENY_ADDRESSES", "Jane@Acme.example, @b.example,c.example,noreply@", ADDRESSES),
    ("HARVESTER_DENY_ADDRESSES", ADDRESSES, ADDRESSES),
    ("HARVESTER_ALLOW_ADDRESSES", "münchen.example, ", ["münchen.example"]),
    ("LOG_LEVEL", "debug", "DEBUG"),
    ("DOWNLOAD_DELAY", 0, 0),
]
BAD = [
    ("HARVESTER_MAX_PAGES", "0"),
    ("HARVESTER_MAX_PAGES", "many"),
    ("HARVESTER_MAX_PAGES", "1.5"),
    ("HARVESTER_MAX_PAGES", True),
    ("HARVESTER_MAX_SECONDS", "nan"),
    ("HARVESTER_OPEN_VISITS", "-1"),
    ("HARVESTER_ALLOW_PRIVATE_ADDRESSES", "perhaps"),
    ("HARVESTER_NAMESERVERS", "dns.example"),
    ("HARVESTER_NAMESERVERS", "127.0.0.1:dns"),
    ("HARVESTER_CONTACT_URL", "acme.example"),
    ("HARVESTER_DENY_ADDRESSES", "acme"),
    ("HARVESTER_DENY_ADDRESSES", "a b@acme.example"),
    ("HARVESTER_DENY_ADDRESSES", "@"),
    ("HARVESTER_ALLOW_ADDRESSES", "acme.example,*.acme.example"),
    ("HARVESTER_ALLOW_ADDRESSES", "file:no-such-file.txt"),
    ("HARVESTER_LANGUAGE", "xx"),
    ("LOG_LEVEL", "LOUD"),
    ("DOWNLOAD_DELAY", "-1"),
]


@pytest.mark.parametrize(("name", "given", "value"), GOOD)
def test_good_values(name, given, value):
    assert parse_setting(name, given) == value


@pytest.mark.parametrize(("name", "given"), BAD)
def test_bad_values_are_named(name, given):
    with pytest.raises(SettingError, match=name) as caught:
        parse_setting(name, given)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)
    assert ".." not in str(caught.value)
    assert re.match(r"Setting [A-Z_]+: [a-z]", str(caught.value))


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_defaults_are_valid_and_documented(option):
    assert option.parse(option.default) == option.default
    assert f"`{option.name}`" in README


def test_the_readme_names_no_setting_that_does_not_exist():
    known = {option.name for option in OPTIONS}
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE)) == known


def test_environment_beats_file(tmp_path):
    config = tmp_path / "harvester.toml"
    config.write_text("[settings]\nHARVESTER_MAX_PAGES = 5\nDOWNLOAD_DELAY = 2\n")
    assert load_overrides({"HARVESTER_MAX_PAGES": "7"}, config) == {"HARVESTER_MAX_PAGES": 7, "DOWNLOAD_DELAY": 2.0}
    assert load_overrides({}, tmp_path / "none.toml") == {}


BAD_FILES = {
    "no toml": "[settings\n",
    "not a table": "settings = 1\n",
    "unknown setting": "[settings]\nHARVESTER_MAXPAGES = 5\n",
    "unknown table": "[setings]\nHARVESTER_MAX_PAGES = 5\n",
    "setting outside its table": "HARVESTER_MAX_PAGES = 5\n",
    "unknown key": "max_pages = 5\n[settings]\n",
    "out of range": "[settings]\nHARVESTER_MAX_PAGES = 0\n",
}


@pytest.mark.parametrize("text", BAD_FILES.values(), ids=BAD_FILES)
def test_a_bad_file_is_named(text, tmp_path):
    config = tmp_path / "harvester.toml"
    config.write_text(text)
    with pytest.raises(SettingError, match=r"harvester\.toml"):
        load_overrides({}, config)


NEAREST = [
    ("[settings]\nHARVESTER_MAXPAGES = 5\n", "HARVESTER_MAX_PAGES"),
    ("[settings]\ndownload_delay = 5\n", "DOWNLOAD_DELAY"),
    ("HARVESTER_MAXPAGES = 5\n", "HARVESTER_MAX_PAGES"),
    ("[harvester]\nHARVESTER_MAX_PAGES = 5\n", r"\[settings\]"),
]


@pytest.mark.parametrize(("text", "known"), NEAREST)
def test_a_misspelt_name_is_told_with_the_nearest(text, known, tmp_path):
    config = tmp_path / "harvester.toml"
    config.write_text(text)
    with pytest.raises(SettingError, match=known):
        load_overrides({}, config)


def test_the_environment_is_checked_for_misspelt_names(tmp_path):
    with pytest.raises(
        SettingError, match=r"environment .*HARVESTER_NAMESERVER; the nearest is HARVESTER_NAMESERVERS\."
    ):
        load_overrides({"HARVESTER_NAMESERVER": "9.9.9.9"}, tmp_path / "none.toml")
    assert load_overrides({"HARVESTER_TEST_X": "1", "CONCURRENT": "1", "HOME": "/"}, tmp_path / "none.toml") == {}


def test_lists_of_addresses_may_stand_in_files(tmp_path):
    path = tmp_path / "deny.txt"
    path.write_text("\ufeff# rivals\nrival.example\n\njane@acme.example  # asked us to stop\n", "utf-8")
    assert parse_setting("HARVESTER_DENY_ADDRESSES", f"file:{path}, x@") == ["jane@acme.example", "rival.example", "x@"]
    path.write_text("rival.example\nrival\n", "utf-8")
    with pytest.raises(SettingError, match=r"deny\.txt, line 2: write an address, .* not 'rival'"):
        parse_setting("HARVESTER_DENY_ADDRESSES", f"file:{path}")
