"""Argo CD's own objects for one cluster: an Application for each overlay, AppProjects, and the root."""
