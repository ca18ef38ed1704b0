"""What most people write: the same objects as ordinary cdk8s-Python in one App, one chart per file, `synth`.

Arguments: objects (marshalled `{path: [object, ...]}`), output folder.
"""

from __future__ import annotations

import marshal
import sys
from pathlib import Path

from cdk8s import ApiObject, ApiObjectMetadata, App, Chart, JsonPatch

objects_file, output = sys.argv[1:]
app = App(outdir=output)
charts = marshal.loads(Path(objects_file).read_bytes())  # noqa: S302  (made by run.py a moment ago)
for path, objects in charts.items():
    chart = Chart(app, path.removesuffix(".yaml").replace("/", "-"), disable_resource_name_hashes=True)
    for index, manifest in enumerate(objects):
        metadata = manifest["metadata"]
        api_object = ApiObject(
            chart,
            f"o{index}",
            api_version=manifest["apiVersion"],
            kind=manifest["kind"],
            metadata=ApiObjectMetadata(
                name=metadata["name"],
                namespace=metadata.get("namespace"),
                labels=metadata.get("labels"),
                annotations=metadata.get("annotations"),
            ),
        )
        # A struct of jsii carries only what its type declares: `spec`, `data`, `rules` must come as a patch.
        api_object.add_json_patch(
            *(
                JsonPatch.add(f"/{key}", value)
                for key, value in manifest.items()
                if key not in {"apiVersion", "kind", "metadata"}
            )
        )
app.synth()
