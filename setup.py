"""For ``scrapyd-deploy``, which would write one of its own: all is said in ``pyproject.toml``."""

from setuptools import setup

setup()
