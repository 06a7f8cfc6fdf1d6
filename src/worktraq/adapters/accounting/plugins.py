"""Finding the accounting systems that are installed: ours, and those of other packages.

A package offers one under the entry point group ``worktraq.accounting``, by its name. It is loaded when it is first
needed, so that a broken one stands in nobody's way who does not use it.
"""

from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import EntryPoint, entry_points

from worktraq.errors import AdapterError
from worktraq.ports.accounting import SourceFactory

GROUP = "worktraq.accounting"
"""The entry point group."""


class InstalledSources(Mapping[str, SourceFactory]):
    """What is installed, by name; each is loaded when it is first asked for.

    Args:
        points: The entry points.

    Raises:
        AdapterError: With ``source_installed_twice``, naming both packages.
    """

    def __init__(self, points: Iterable[EntryPoint]) -> None:
        self._points: dict[str, EntryPoint] = {}
        self._loaded: dict[str, SourceFactory] = {}
        for point in points:
            other = self._points.setdefault(point.name, point)
            if (other.value, _package_of(other)) != (point.value, _package_of(point)):
                packages = ", ".join(sorted({_package_of(other), _package_of(point)}))
                raise AdapterError("source_installed_twice", name=point.name, packages=packages)

    def __getitem__(self, name: str) -> SourceFactory:
        """The factory of a source.

        Raises:
            AdapterError: With ``source_not_loaded``, naming the package.
        """
        if name not in self._loaded:
            self._loaded[name] = _load(self._points[name])
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in self._points

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._points))

    def __len__(self) -> int:
        return len(self._points)

    def package_of(self, name: str) -> str:
        """Which package a source comes from."""
        return _package_of(self._points[name])


def installed_sources() -> InstalledSources:
    """The accounting systems that are installed.

    Raises:
        AdapterError: With ``source_installed_twice``, naming both packages.
    """
    return InstalledSources(entry_points(group=GROUP))


def _package_of(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else point.value.partition(".")[0]


def _load(point: EntryPoint) -> SourceFactory:
    try:
        factory: SourceFactory = point.load()
        is_named_so = factory.info.name == point.name
    except Exception as error:
        raise AdapterError(
            "source_not_loaded", name=point.name, package=_package_of(point), problem=type(error).__name__
        ) from error
    if not is_named_so:
        raise AdapterError("source_not_loaded", name=point.name, package=_package_of(point), problem="name")
    return factory
