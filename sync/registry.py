"""Which adapter reads which file."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sync.adapter import Adapter


class Registry:
    """Routes paths to adapters by file name; an adapter is loaded when the first of its files is met."""

    __slots__ = ("_exact", "_load", "_loaded", "_suffix", "names")

    def __init__(self, table: Mapping[str, tuple[str, ...]], load: Callable[[str], Adapter]) -> None:
        """``table`` maps an adapter's name to its file names, in which a leading ``*`` stands for any stem."""
        self.names = frozenset(table)
        self._load = load
        self._loaded: dict[str, Adapter] = {}
        self._exact: dict[str, str] = {}
        self._suffix: dict[str, str] = {}
        for name, patterns in table.items():
            for pattern in patterns:
                if pattern.startswith("*."):
                    self._suffix[pattern.rsplit(".", 1)[1]] = name
                else:
                    self._exact[pattern] = name

    def route(self, path: str) -> str | None:
        """The name of the adapter that reads the file at that path, or None."""
        base = path[path.rfind("/") + 1 :]
        found = self._exact.get(base)
        if found is None and self._suffix:
            found = self._suffix.get(base[base.rfind(".") + 1 :])
        return found

    @property
    def files(self) -> frozenset[str]:
        """The whole file names that adapters read: these are read also where they are marked as generated."""
        return frozenset(self._exact)

    @property
    def ecosystems(self) -> frozenset[str]:
        """The package-URL types that some adapter reads. Loads them all."""
        return frozenset(self.adapter(name).ECOSYSTEM for name in self.names)

    def adapter(self, name: str) -> Adapter:
        """The adapter of that name. Raises KeyError."""
        found = self._loaded.get(name)
        if found is None:
            found = self._loaded[name] = self._load(name)
        return found
