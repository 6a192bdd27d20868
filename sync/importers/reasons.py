"""Why a key has no counterpart in a manifest, where the reason is the same for several tools."""

from __future__ import annotations

from typing import Final

BUMP: Final = "which part moves is what TARGET says: versync reads no commits"
CHANGELOG: Final = "versync writes no changelog while it bumps"
COMMIT: Final = "versync commits and tags when it is told to (versync bump --commit --tag), and never pushes"
FORGE: Final = "versync makes no releases on a forge"
HOOKS: Final = "versync runs no hooks; they are printed as commands that are left"
MESSAGE: Final = "the message of a tag is the commit's"
PARSE: Final = "versync reads every version by its ecosystem's rule"
PUBLISH: Final = "versync publishes nothing"
SIGN: Final = "versync signs commits where git is set up to (git config commit.gpgSign true), and no tags"
