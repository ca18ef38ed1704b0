"""Facts about the outside world, with source and date: releases, components, compatibility, accelerators, Kubernetes.

`load` reads the compiled form and is all that the stages need; `compile` and `importer` are tools of maintainers.
"""
