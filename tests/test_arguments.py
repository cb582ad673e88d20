"""A crawl's arguments end the command before anything is fetched, with one sentence and exit status 2."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from harvester.arguments import ArgumentError, CrawlArguments, check_arguments, check_settings, parse_age
from harvester.options import OPTIONS

DEFAULTS = {option.name: option.default for option in OPTIONS}
AGES = [("7d", 7 * 86400), ("12h", 43200), ("2w", 14 * 86400), ("90m", 5400), ("45s", 45), ("0", 0), ("3", 3 * 86400)]
NOT_AGES = ["", "d", "-1d", "1.5d", "7 days", "soon", "٣d", "99999999999d", "36501d"]


@pytest.mark.parametrize(("text", "seconds"), AGES)
def test_ages(text, seconds):
    assert parse_age(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", NOT_AGES)
def test_not_ages(text):
    with pytest.raises(ArgumentError, match="recrawl="):
        parse_age(text)


@pytest.fixture
def seed_list(tmp_path):
    path = tmp_path / "list.txt"
    path.write_text("acme.example\n")
    return str(path)


def test_good_arguments(seed_list):
    assert check_arguments({"domains": seed_list}, DEFAULTS) == CrawlArguments(domains=seed_list, entries=1)
    assert check_arguments({"domains": seed_list, "recrawl": "0"}, DEFAULTS).recrawl == timedelta(0)


def test_bad_arguments(seed_list):
    for arguments, settings, word in (
        ({}, {}, "list"),
        ({"domains": ""}, {}, "list"),
        ({"domains": seed_list, "domain": "x"}, {}, "domain"),
        ({"domains": "/nowhere/list.txt"}, {}, "list.txt"),
        ({"domains": seed_list, "recrawl": "soon"}, {}, "recrawl"),
        ({"domains": seed_list}, {"HARVESTER_MAX_PAGES": "0"}, "HARVESTER_MAX_PAGES"),
        ({"domains": seed_list}, {"HARVESTER_MAXPAGES": "5"}, "HARVESTER_MAXPAGES; the nearest is HARVESTER_MAX_PAGES"),
        ({"domains": seed_list}, {"CONCURRENT_REQUESTS": "abc"}, "CONCURRENT_REQUESTS: it must be a whole number"),
        ({"domains": seed_list}, {"CONCURRENT_REQUESTS": "1.5"}, "CONCURRENT_REQUESTS: it must be a whole number"),
        ({"domains": seed_list}, {"LOGSTATS_INTERVAL": ""}, "LOGSTATS_INTERVAL: it must be a number"),
        ({"domains": seed_list}, {"COOKIES_ENABLED": "maybe"}, "COOKIES_ENABLED: it must be 1 or 0"),
        ({"domains": seed_list}, {"HARVESTER_SETTINGS_ERROR": "harvester.toml is broken."}, "toml"),
    ):
        with pytest.raises(ArgumentError, match=word):
            check_arguments(arguments, DEFAULTS | settings)


GOOD_SETTINGS = [
    {"CONCURRENT_REQUESTS": "8", "LOGSTATS_INTERVAL": "0.5", "COOKIES_ENABLED": "True", "DNS_TIMEOUT": "1.5"},
    {"HARVESTER_PRODUCT": "harvester/1", "MINE": "abc", "BOT_NAME": "abc", "LOG_FILE": "abc", "RETRY_TIMES": 2},
]


@pytest.mark.parametrize("settings", GOOD_SETTINGS)
def test_other_settings_pass(settings):
    check_settings(DEFAULTS | settings)


COMMANDS = {
    "scrapy crawl": ["scrapy", "crawl", "contacts", "-a", "domains={list}"],
    "harvester crawl": ["harvester.cli", "crawl", "{list}"],
}
REFUSED = {
    "missing file": (["domains=/nowhere/list.txt"], []),
    "unknown argument": (["colour=red"], []),
    "setting out of range": ([], ["-s", "HARVESTER_MAX_PAGES=0"]),
    "unusable database": ([], ["-s", "HARVESTER_DATABASE_URL=nonsense"]),
    "misspelt setting": ([], ["-s", "HARVESTER_NAMESERVER=9.9.9.9"]),
    "no number": ([], ["-s", "CONCURRENT_REQUESTS=abc"]),
    "no value": ([], ["-s", "FOO"]),
    "unknown format": ([], ["-O", "list.xyz"]),
    "format of Scrapy's": ([], ["-O", "list.pickle"]),
    "both kinds of output": ([], ["-O", "a.csv", "-o", "b.csv"]),
    "a folder that is a file": ([], ["-O", "list.txt/contacts.csv"]),
    "broken feeds": ([], ["-s", "FEEDS={"]),
    "broken feeds and an output": ([], ["-s", "FEEDS={", "-O", "a.csv"]),
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize(("arguments", "settings"), REFUSED.values(), ids=REFUSED)
def test_commands_end_with_one_sentence(command, arguments, settings, seed_list, tmp_path):
    module, *words = (word.format(list=seed_list) for word in command)
    if arguments and module == "harvester.cli":
        if arguments[0].startswith("colour"):
            pytest.skip("options of the other command")
        words = ["crawl", arguments[0].partition("=")[2]]
        arguments = []
    for argument in arguments:
        words += ["-a", argument]
    environment = os.environ | {"SCRAPY_SETTINGS_MODULE": "harvester.settings", "PYTHONPATH": str(Path.cwd())}
    done = subprocess.run(
        [sys.executable, "-m", module, *words, *settings],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.strip().startswith("harvester: ")
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "output" / "contacts.csv").exists()
