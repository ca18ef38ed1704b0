"""The compatibility matrix: what a cluster really holds, and what each fact of the catalog says of it."""
