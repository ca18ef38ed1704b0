"""Proof of what was written: real kustomize renders every overlay, and the renderings are checked as a whole."""
