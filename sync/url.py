"""URLs of repositories: which of them git may be handed, which are the same, and how they are shown."""

from __future__ import annotations

import os

from sync.errors import UsageError, problem


def check_url(url: str) -> str:
    """``url`` if git may be handed it: https, http, ssh, git, user@host:path, or a local path. Raises UsageError."""
    scheme, mark, rest = url.partition("://")
    if not url or url.startswith("-") or not url.isprintable():
        raise UsageError(problem(f"{redact(url)!r} is no URL of a repository", hint="https://host/owner/name, user@host:path, or a path"))
    if "::" in url.partition("/")[0]:
        raise UsageError(problem(f"git is not handed {redact(url)!r}: it would start a remote helper", hint="https://host/owner/name, user@host:path, or a path"))
    if mark:
        host = rest.partition("/")[0].rpartition("@")[2]
        if scheme not in ("https", "http", "ssh", "git"):
            raise UsageError(problem(f"git is not handed {redact(url)!r}: {scheme}:// is not among https, http, ssh, git", hint="for a repository on this machine give its path"))
        if not host or host.startswith("-"):
            raise UsageError(problem(f"{redact(url)!r} names no host"))
    elif _is_scp(url) and url.partition(":")[0].rpartition("@")[2].startswith("-"):
        raise UsageError(problem(f"{redact(url)!r} names no host"))
    return url


def is_local(url: str) -> bool:
    """Whether git would read it as a path on this machine."""
    return "://" not in url and not _is_scp(url)


def _is_scp(url: str) -> bool:
    head = url.partition("/")[0]
    return ":" in head and not (os.name == "nt" and head[1] == ":")


def same_url(one: str, other: str) -> bool:
    """Whether two URLs name one repository: https, ssh and scp spellings, credentials, ports, ``.git`` and case aside."""
    return _normal(one) == _normal(other)


def _normal(url: str) -> str:
    scheme, mark, rest = url.partition("://")
    if mark and scheme == "file":
        url, mark = rest, ""
    if not mark:
        if not _is_scp(url):
            return os.path.realpath(url).removesuffix("/.git").removesuffix(".git")
        host, _, path = url.partition(":")
    else:
        host, _, path = rest.partition("/")
    host = host.rpartition("@")[2]
    if mark:
        host = host.rpartition(":")[0] or host if host.rpartition(":")[2].isdigit() else host
    return f"{host}/{path.strip('/').removesuffix('.git').strip('/')}".casefold()


def redact(text: str) -> str:
    """``text`` without the credentials of the URLs in it, and without tokens that their prefix gives away."""
    import re

    text = re.sub(r"(?i)\b([a-z][a-z0-9+.-]*://)(?<!ssh://)[^\s/@'\"]+@", r"\1***@", text)
    text = re.sub(r"(?i)\b(ssh://[^\s/@:'\"]*):[^\s/@'\"]*@", r"\1:***@", text)
    text = re.sub(r"(?i)\b((?:access_|private_|auth_)?token|password|passwd|secret|api_?key|signature)=[^\s&'\"]+", r"\1=***", text)
    return re.sub(r"\b(gh[pousr]_|github_pat_|glpat-)[A-Za-z0-9_-]{8,}", r"\1***", text)
