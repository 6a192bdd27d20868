"""The manifest: a project's components, repositories and places, as frozen values with their line in the file."""
