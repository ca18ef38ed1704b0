#!/bin/sh
# Bootstrap of laptop. Run it in the folder of platform.yaml; running it again does no harm. `python -m compiler
# bootstrap laptop --run` takes the numbered steps alone, makes no Secret, and looks first whether it is the right
# cluster.
set -eu

# Before: Argo CD reads https://github.com/acme/ml-platform.git at main, so push what `build` wrote.
# If that repository is private, name the Secret that holds its credentials: `gitops: {secretRef: NAME}`.
# Secrets that never stand in Git. Random values are drawn here; the others you give:
kubectl get namespace kubeflow >/dev/null 2>&1 || kubectl create namespace kubeflow
# katib: choose a password; the database takes it when it starts for the first time
if ! kubectl get secret katib-mysql-secrets --namespace kubeflow >/dev/null 2>&1; then
  VALUE_1="$(openssl rand -hex 24)"
  test -n "$VALUE_1"
  kubectl create secret generic katib-mysql-secrets --namespace kubeflow --from-literal=MYSQL_ROOT_PASSWORD="$VALUE_1"
fi

# 1. The definitions of all components first: Argo CD reads the whole API again after each one that appears while it
# runs, which makes a first sync six times as long.
python -m compiler bootstrap laptop --definitions | kubectl apply --server-side --force-conflicts --field-manager=argocd-controller -f -

# 2. Argo CD itself, pinned, with the health checks that make waves wait.
kubectl apply --server-side --force-conflicts --field-manager=argocd-controller -k overlays/laptop/argo-cd

# 3. The server takes projects and applications only when it knows their kinds.
kubectl wait --for=condition=Established --timeout=120s crd/applications.argoproj.io crd/appprojects.argoproj.io

# 4. The projects and the root Application; from here on Argo CD syncs, itself included.
kubectl apply --server-side --force-conflicts --field-manager=argocd-controller -k overlays/laptop/bootstrap

# Hands off now. A first sync takes minutes on a large machine and up to 20 on a small one; to watch it:
#   kubectl get applications.argoproj.io --namespace argocd --watch
