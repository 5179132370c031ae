"""Every address of the desk, found by itself: the admin site's own, a study's pages, and the preview."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse


@dataclass(frozen=True)
class Address:
    """One address: its name with its namespace, and the names of its arguments."""

    name: str
    arguments: tuple[str, ...]

    def url(self, given: dict[str, Any]) -> str:
        """Return the address with these arguments."""
        return reverse(self.name, kwargs={name: given[name] for name in self.arguments})


def desk_addresses() -> list[Address]:
    """Return all addresses below /admin/ that have a name, each once."""
    found = {
        (name, arguments)
        for prefix, name, arguments in _walk(get_resolver(), "", "", ())
        if prefix.startswith("admin/") and name.rpartition(":")[2]
    }
    return [Address(*one) for one in sorted(found)]


def _walk(
    resolver: URLResolver, prefix: str, namespace: str, arguments: tuple[str, ...]
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for entry in resolver.url_patterns:
        address = prefix + str(entry.pattern)
        names = (*arguments, *entry.pattern.converters, *entry.pattern.regex.groupindex)
        names = tuple(dict.fromkeys(names))
        if isinstance(entry, URLResolver):
            space = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, address, space, names)
        elif isinstance(entry, URLPattern):
            yield address, f"{namespace}{entry.name}" if entry.name else "", names
