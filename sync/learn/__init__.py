"""The history as a teacher: places, rules and styles that moved with past releases, and are not in the manifest."""
