#!/bin/sh
# Bootstrap of edge, a cluster that the Argo CD of laptop manages. Run it in the folder of platform.yaml; running it
# again does no harm. `python -m compiler bootstrap edge --run` takes the numbered steps alone, makes no Secret, and
# looks first whether it is the right cluster.
set -eu
: "${CONTEXT:?the context of kubectl for edge}"
: "${HUB_CONTEXT:?the context of kubectl for laptop}"

# Before: Argo CD reads https://github.com/acme/ml-platform.git at main, so push what `build` wrote.
# Secrets that never stand in Git. Random values are drawn here; the others you give:
kubectl --context "$CONTEXT" get namespace kubeflow >/dev/null 2>&1 || kubectl --context "$CONTEXT" create namespace kubeflow
# katib: choose a password; the database takes it when it starts for the first time
if ! kubectl --context "$CONTEXT" get secret katib-mysql-secrets --namespace kubeflow >/dev/null 2>&1; then
  VALUE_1="$(openssl rand -hex 24)"
  test -n "$VALUE_1"
  kubectl --context "$CONTEXT" create secret generic katib-mysql-secrets --namespace kubeflow --from-literal=MYSQL_ROOT_PASSWORD="$VALUE_1"
fi

# 1. The definitions of all components first: Argo CD reads the whole API again after each one that appears while it
# runs, which makes a first sync six times as long.
python -m compiler bootstrap edge --definitions | kubectl --context "$CONTEXT" apply --server-side --force-conflicts --field-manager=argocd-controller -f -

# 2. The account as which the Argo CD of laptop acts here.
kubectl --context "$CONTEXT" apply --server-side --force-conflicts --field-manager=argocd-controller -f - <<'EOF'
{"apiVersion": "v1", "kind": "List", "items": [
{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "argocd-manager", "namespace": "kube-system"}},
{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "argocd-manager-role"}, "rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}, {"nonResourceURLs": ["*"], "verbs": ["*"]}]},
{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "argocd-manager-role-binding"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "argocd-manager-role"}, "subjects": [{"kind": "ServiceAccount", "name": "argocd-manager", "namespace": "kube-system"}]},
{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "argocd-manager-long-lived-token", "namespace": "kube-system", "annotations": {"kubernetes.io/service-account.name": "argocd-manager"}}, "type": "kubernetes.io/service-account-token"}
]}
EOF

# 3. The hub laptop learns address and token; its root Application syncs the rest.
until TOKEN="$(kubectl --context "$CONTEXT" get secret argocd-manager-long-lived-token --namespace kube-system --output jsonpath={.data.token} | base64 -d)" && [ -n "$TOKEN" ]; do sleep 1; done
AUTHORITY="$(kubectl --context "$CONTEXT" get secret argocd-manager-long-lived-token --namespace kube-system --output 'jsonpath={.data.ca\.crt}')"
kubectl --context "$HUB_CONTEXT" apply --server-side --force-conflicts --field-manager=argocd-controller -f - <<EOF
{
 "apiVersion": "v1",
 "kind": "Secret",
 "metadata": {
  "name": "cluster-edge",
  "namespace": "argocd",
  "labels": {
   "argocd.argoproj.io/secret-type": "cluster"
  }
 },
 "type": "Opaque",
 "stringData": {
  "config": "{\\"bearerToken\\": \\"$TOKEN\\", \\"tlsClientConfig\\": {\\"caData\\": \\"$AUTHORITY\\"}}",
  "name": "edge",
  "server": "https://edge.example:6443"
 }
}
EOF

# Hands off now. A first sync takes minutes on a large machine and up to 20 on a small one; to watch it:
#   kubectl --context "$HUB_CONTEXT" get applications.argoproj.io --namespace argocd --watch
