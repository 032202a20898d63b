"""Generates the messages and stubs before the package is built. pyproject.toml has the rest."""

import subprocess
import sys
from pathlib import Path

from setuptools import setup

subprocess.run([sys.executable, str(Path(__file__).resolve().parent / "stubs.py")], check=True)
setup()
