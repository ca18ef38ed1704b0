"""The floor through cdk8s: what the least possible program pays that knows all objects already.

It composes the platform file with libyaml, has the objects at once (unmarshalled: as fast as writing the dicts down),
sends them to one Node in one message, and writes what comes back with the fastest emitter at hand, a file per chart.

Arguments: platform file, objects (marshalled `{path: [object, ...]}`), output folder, Node, folder of node_modules.
"""

from __future__ import annotations

import json
import marshal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

try:
    import yaml_rs  # a Rust emitter, the fastest there is where it is installed
except ImportError:
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from compiler.emit.yaml import dump_plain as one_object
else:
    one_object: Callable[[Any], str] = yaml_rs.dumps  # type: ignore[no-redef]

platform_file, objects_file, output, node, libraries = sys.argv[1:]
with subprocess.Popen(
    [node, str(Path(__file__).with_suffix(".js")), libraries], stdin=subprocess.PIPE, stdout=subprocess.PIPE
) as process:
    yaml.compose(Path(platform_file).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    charts = marshal.loads(Path(objects_file).read_bytes())  # noqa: S302  (made by run.py a moment ago)
    answer, _ = process.communicate(json.dumps(list(charts.values()), separators=(",", ":")).encode())
for path, manifests in zip(charts, json.loads(answer), strict=True):
    target = Path(output, path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("---\n".join([one_object(manifest) for manifest in manifests]), encoding="utf-8")
