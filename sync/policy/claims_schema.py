"""The shape of the tables on tiers and features in a policy file; see `sync.policy.schema`."""

from __future__ import annotations

from typing import Final

from sync.manifest.kinds import Choice, Day, Field, Many, Named, Record, Text, Whole
from sync.policy.claims import DEFAULTS, STATES

EVIDENCE: Final = Record(
    (
        Field("criteria", Many(Text("name")), "The criteria that it is about, by their ids.", True),
        Field("state", Choice(STATES), "What is claimed.", True),
        Field("reason", Text(), "Why; a waiver must have one."),
        Field("link", Text("url"), "Where it can be read. Taken on trust."),
        Field("person", Text(), "Who answers for it. Taken on trust."),
        Field("repo", Text("name"), "The repository of file, owners and workflow (default: that of the component or feature)."),
        Field("file", Text("path"), "A file that shows it. Verified: it is there, and holds the texts of holds."),
        Field("holds", Many(Text()), "Texts that the file holds; any run of blanks counts as one."),
        Field("owners", Text("path"), "A file or folder with an owner. Verified: CODEOWNERS names one for all of it."),
        Field("workflow", Text("path"), "A GitHub workflow. Verified: it runs on the criterion's platforms."),
        Field("on", Many(Text("name")), "With dependencies: the components whose lower tier is waived (default: all)."),
    ),
)

CRITERION: Final = Record(
    (
        Field("id", Text("name"), "What tiers and evidence call it.", True),
        Field("title", Text(), "What must be so, in a few words.", True),
        Field("only", Many(Text("name")), "Asked only of features of these kinds."),
        Field("platforms", Many(Text("name")), "Where it must hold: aarch64, windows, aarch64-linux ..."),
        Field(
            "lag",
            Record((Field("days", Whole(0), "Within so many days.", True), Field("lines", Whole(1), "On the newest so many release lines (default: 3)."))),
            "How soon the leader's releases are followed; read from tags, without evidence.",
        ),
    ),
)

TIER: Final = Record(
    (
        Field("tier", Choice((1, 2, 3)), "Which tier; 1 is the highest.", True),
        Field("title", Text(), "What it promises, in a few words."),
        Field("requires", Many(Text("name"), 0), "Criteria, beyond those of the tiers below.", True),
    ),
)

STANDARD: Final = Record(
    (
        Field("id", Text("name"), "What --rules calls it.", True),
        Field("title", Text(), "What it is, in a few words."),
        Field("source", Text(), "Where it is written down: a page, a file at a commit."),
        Field("effective", Day(), "The day on which it comes into force.", True),
        Field("tiers", Many(TIER), "The tiers."),
        Field(
            "features",
            Record(
                (
                    Field("requires", Many(Text("name"), 0), "The criteria of whatever is on by default.", True),
                    Field("quiet-months", Whole(1), "What is off by default is up for removal after so many months without activity in its paths."),
                ),
            ),
            "What is asked of features.",
        ),
        Field("components", Named(Text("name"), Choice((1, 2, 3))), "Tiers by this standard, where they are not the manifest's."),
    ),
)

CLAIMED: Final = Record(
    (
        Field("name", Text("name"), "The component's name in the manifest.", True),
        Field("evidence", Many(EVIDENCE), "What is claimed of it.", True),
    ),
)

FEATURE: Final = Record(
    (
        Field("name", Text("name"), "The feature's name.", True),
        Field("title", Text(), "What it is, in a few words."),
        Field("kind", Text("name"), "Its kind, for criteria that are asked of some kinds only: proposal, compiler ..."),
        Field("default", Choice(DEFAULTS), "What it is for somebody who asks for nothing.", True),
        Field("repo", Text("name"), "Its repository (default: the leader's)."),
        Field("paths", Many(Text("path")), "Where the work on it happens: files and folders whose last commit is its last activity."),
        Field("platforms", Named(Text("name"), Choice(("yes", "in progress", "no"))), "Where it works."),
        Field("removed", Day(), "The day on which it was removed."),
        Field("evidence", Many(EVIDENCE), "What is claimed of it."),
    ),
)

CLAIMS: Final = (
    Field("criteria", Many(CRITERION), "What can be asked of components and features."),
    Field("standards", Many(STANDARD), "Which criteria make a tier, and which a feature that is on by default."),
    Field("components", Many(CLAIMED), "The evidence for the manifest's components."),
    Field("features", Many(FEATURE), "The features, with their evidence."),
)
"""The tables of a policy file that speak of tiers and features."""
