"""The images of kind's nodes, one for each minor of Kubernetes; kind supports only images that it released itself.

The digest counts: a tag may be built again. Source: up to 1.33 the default of a release, kubernetes-sigs/kind@<release>
pkg/apis/config/defaults/image.go; from 1.34 on the images of v0.33.0,
https://github.com/kubernetes-sigs/kind/releases/tag/v0.33.0.
"""

from __future__ import annotations

KIND = "0.33.0"
"""The release of kind that makes nodes of all these images."""
IMAGES = {
    # v0.17.0
    25: "v1.25.3@sha256:f52781bc0d7a19fb6c405c2af83abfeb311f130707a0e219175677e366cc45d1",
    # v0.18.0
    26: "v1.26.3@sha256:61b92f38dff6ccc29969e7aa154d34e38b89443af1a2c14e6cfbd2df6419c66f",
    # v0.20.0
    27: "v1.27.3@sha256:3966ac761ae0136263ffdb6cfd4db23ef8a83cba8a463690e98317add2c9ba72",
    # v0.22.0
    29: "v1.29.2@sha256:51a1434a5397193442f0be2a297b488b6c919ce8a3931be0ce822606ea5ca245",
    # v0.23.0
    30: "v1.30.0@sha256:047357ac0cfea04663786a612ba1eaba9702bef25227a794b52890dd8bcd692e",
    # v0.25.0
    31: "v1.31.2@sha256:18fbefc20a7113353c7b75b5c869d7145a6abd6269154825872dc59c1329912e",
    # v0.27.0
    32: "v1.32.2@sha256:f226345927d7e348497136874b6d207e0b32cc52154ad8323129352923a3142f",
    # v0.29.0
    33: "v1.33.1@sha256:050072256b9a903bd914c0b2866828150cb229cea0efe5892e2b644d5dd3b34f",
    # v0.33.0
    34: "v1.34.11@sha256:44e222ee2132dab25ff87301682f89eb82c7880ea3a1bf543bfe9708fd08d67d",
    35: "v1.35.8@sha256:07b2536e30b803ed61d1677a79df6115f798ce64c80f9e22f6ed45afd09323c0",
    36: "v1.36.4@sha256:099e049362a1526b2db71494e1947aae99bd16290d7c895f2b7ea312e3cbfaed",
    37: "v1.37.0@sha256:a1ed56cfb0e7b93589bdf97c8cd566405a265939e3620fc4f5de89adff580ae5",
}


def node_image(minor: int, exact: str | None) -> str | None:
    """Return the image of a minor, or of a whole version; `None` where kind is not known to have released one."""
    known = IMAGES.get(minor)
    if exact is None or (known and known.startswith(f"v{exact}@")):
        return known and f"kindest/node:{known}"
    return f"kindest/node:v{exact}"
