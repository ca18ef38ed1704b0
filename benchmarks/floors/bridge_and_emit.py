"""Our own way through cdk8s and out to bytes: what through_cdk8s.py does, with the compiler's bridge and emitter.

Arguments: platform file, objects (marshalled `{path: [object, ...]}`), output folder.
"""

from __future__ import annotations

import gc
import marshal
import sys
from pathlib import Path

import yaml

gc.disable()  # as compiler/cli/main.py does
sys.path.insert(0, str(Path(__file__).parents[2]))
from compiler.emit.yaml import dump  # noqa: E402
from compiler.lowering.bridge import Bridge, ChartInput  # noqa: E402

platform_file, objects_file, output = sys.argv[1:]
with Bridge() as bridge:
    yaml.compose(Path(platform_file).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    charts = marshal.loads(Path(objects_file).read_bytes())  # noqa: S302  (made by run.py a moment ago)
    answers = bridge.stream([ChartInput(path, objects) for path, objects in charts.items()])
    for path, manifests in zip(charts, answers, strict=True):
        target = Path(output, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(dump(manifests, "Code generated. DO NOT EDIT."))
