"""versync keeps every embedding of a project on one version."""
