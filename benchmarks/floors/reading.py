"""The reading floor: Python starts and libyaml composes the platform file. Argument: the file."""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

yaml.compose(Path(sys.argv[1]).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
