"""The table of component versions in a README."""

from __future__ import annotations

from compiler.catalog.importer.readme import revisions

TEXT = """# Title
| Component | Path | Revision | CPU |
| - | - | - | - |
| Katib | a/katib | [v0.19.0](https://x/y) | 13m |
| Knative | a <br /> b | [v1.21.1](https://x) <br /> [v1.21.0](https://y) | |
| No link | a | v1 |
"""


def test_rows_give_links_and_lines() -> None:
    assert revisions(TEXT) == {"Katib": [("v0.19.0", 4)], "Knative": [("v1.21.1", 5), ("v1.21.0", 5)]}
