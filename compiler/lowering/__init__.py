"""Platform to Kubernetes objects: pure functions for each concern, and one bridge to cdk8s."""
