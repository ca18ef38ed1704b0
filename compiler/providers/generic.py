"""Any other conformant cluster, of which nothing is assumed."""

from __future__ import annotations

from compiler.providers.base import Provider

# Distributions put their own word behind the version: `1.32.0-rancher1`, `1.33.2+rke2r1`, `1.34.1-ocp`.
PROVIDER = Provider(
    id="generic",
    title="another kind of cluster",
    settings=None,  # It may stand in any cloud.
    kubernetes_suffix=r"[-+][0-9A-Za-z][0-9A-Za-z.+-]*",
)
