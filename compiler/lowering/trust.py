"""What workloads are told of the cluster's own certificate authorities: their PEM and its digest.

Knows no workload.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from compiler.model.platform import Cluster


def trust_values(cluster: Cluster) -> Mapping[str, str]:
    """Return what overlays read of the certificate authorities, by name; nothing where there are none of its own.

    `cluster.trust.bundle` is the text of the certificates, `cluster.trust.digest` what identifies it.
    """
    if cluster.trust is None:
        return {}
    bundle = cluster.trust.bundle
    return {
        "cluster.trust.bundle": bundle,
        "cluster.trust.digest": hashlib.sha256(bundle.encode()).hexdigest()[:16],
    }
