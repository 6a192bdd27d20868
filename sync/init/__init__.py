"""The first manifest of a project: its repositories, packages, families and rules, as its files and its tags show them."""
