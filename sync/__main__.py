"""The ``versync`` command, also as ``python -m sync``."""

from __future__ import annotations

import gc


def main() -> None:
    """Runs the command line, and ends this process with its exit code."""
    gc.disable()  # what a run has loaded and read lives as long as the run
    from sync.cli import main as run

    run()


if __name__ == "__main__":
    main()
