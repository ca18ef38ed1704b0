"""GitOps configuration compiler for ML platforms: one `platform.yaml` in, a Git tree for Argo CD out.

The packages are the stages of the program in the order in which data passes through them:
source -> spec -> resolve -> checks -> lowering -> emit -> workspace. ARCHITECTURE.md has the map.
"""

__version__ = "0.1.0"
