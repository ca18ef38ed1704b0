"""What workloads are told of the cluster's proxy: variables, and everything that is reached without it.

Knows no workload. Source of the variables: https://pkg.go.dev/golang.org/x/net/http/httpproxy; of the lower case,
without which curl and so Git ignores the proxy of http URLs: https://curl.se/docs/manpage.html (ENVIRONMENT).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compiler.model.platform import Cluster

API_SERVER = "$(KUBERNETES_SERVICE_HOST)"
"""The address at which pods find the API server, whatever the cluster's ranges: the kubelet puts it in.
Source: https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
(references to variables of services, too: API reference, EnvVar.value)."""
_INSIDE = (
    API_SERVER,
    "localhost",
    "127.0.0.1",
    ".svc",
    ".cluster.local",
    # Where the ranges of pods and services lie by every provider's default. Source: RFC 1918, section 3.
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
)


def proxy_values(cluster: Cluster) -> Mapping[str, Any]:
    """Return what overlays read of the proxy, by name; nothing where there is none.

    `cluster.proxy.variables` is a list of environment variables without `NO_PROXY`, whose text is
    `cluster.proxy.noProxy`.
    """
    proxy = cluster.proxy
    if proxy is None:
        return {}
    pairs = (("HTTP_PROXY", proxy.http), ("http_proxy", proxy.http), ("HTTPS_PROXY", proxy.https))
    own = (cluster.domain, f".{cluster.domain}") if cluster.domain else ()
    return {
        "cluster.proxy.variables": [{"name": name, "value": url} for name, url in pairs if url],
        "cluster.proxy.noProxy": ",".join(dict.fromkeys((*_INSIDE, *own, *proxy.no_proxy))),
    }
