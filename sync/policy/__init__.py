"""The release policy as data, and what follows from it: pure functions of a policy, the releases that there are, and a given day."""
