"""The maintainer's importer: derives a release's catalog entry from a clone of its repository.

`derive.import_release` does the whole of it, `write.write_entry` puts the entry into the catalog. Every other module
is a step: `tree` (git), `remotes` (bases of other repositories), `render` (kustomize), `analyse` (one component),
`requirements` (between components), `charts` (Helm), `versions_of` and `readme` (what a release brings along).
"""
