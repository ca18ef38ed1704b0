"""A small platform file, and the one finding that an edit of it makes."""

from __future__ import annotations

from compiler.diagnostics.model import Diagnostic
from compiler.source.loader import load
from compiler.spec.validate import validate

TEXT = """\
apiVersion: platform/v1alpha1
kind: Platform
metadata: {name: acme}
gitops: {repoURL: https://github.com/acme/ml-platform.git}
components: {notebook-controller: {culling: {idle: 2h}}}
clusters:
  - {name: dev, environment: dev, provider: k3d, kubernetes: "1.34"}
gpuPools:
  - {name: t4, cluster: dev, accelerator: nvidia-t4, nodes: {max: 4}, hourlyCost: 0.35}
"""


def told(was: str, now: str) -> Diagnostic:
    """Return the only finding of shape once `now` stands in the place of `was`."""
    assert was in TEXT
    document, findings = load(TEXT.replace(was, now).encode(), "platform.yaml")
    assert document is not None
    assert findings == []
    _, found = validate(document)
    (finding,) = found
    return finding
