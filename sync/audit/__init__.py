"""What no line of a manifest covers yet.

`sync.audit.repository` puts it together: git searches (`search`), a closer look finds (`uncovered`), weights and past releases rank (`weigh`, `moved`).
"""
