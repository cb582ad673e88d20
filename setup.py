"""Builds the egg that scrapyd runs (`scrapyd-deploy`); everything else is built by pyproject.toml."""

from setuptools import find_packages, setup

from harvester import __version__

setup(
    version=__version__,
    packages=find_packages(include=["harvester", "harvester.*"]),
    package_data={
        "": ["*.toml", "*.tsv", "*.txt"],
        "harvester.reporting": ["templates/*.html"],
        "harvester.store": ["migrations/*.py", "migrations/versions/*.py"],
    },
)
