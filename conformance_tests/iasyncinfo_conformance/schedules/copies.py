"""Private copies of modules: the real ones are neither changed nor seen by what runs in a copy."""

import ast
import builtins
import importlib
import importlib.util
import pkgutil
import tokenize
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, NamedTuple

from iasyncinfo_conformance.errors import NotSchedulable
from iasyncinfo_conformance.schedules.cooperative import stand_ins
from iasyncinfo_conformance.schedules.instrument import fixed_names, instrumented
from iasyncinfo_conformance.schedules.scheduler import Scheduler


class Consumers(NamedTuple):
    """What copies of a consumer have beside those of an implementation: it waits, and closures are its objects."""

    stand_ins: dict[str, ModuleType]
    """Modules that stand for others, by their names."""
    modules: tuple[str, ...]
    """Modules that are copied so that they wait as the copies do; they pass no points of their own."""


class Copies:
    """The private copies of an adapter's module and of the sources that it names, which are instrumented."""

    def __init__(
        self,
        sources: Mapping[str, bool],
        adapter: str,
        scheduler: Scheduler,
        consumers: Consumers | None = None,
    ) -> None:
        self._sources = sources
        self._adapter = adapter
        self._modules: dict[str, ModuleType] = {}
        self._consumers = consumers
        self._stand_ins = stand_ins(scheduler) | (consumers.stand_ins if consumers is not None else {})
        if consumers is not None:
            self._stand_ins["importlib"] = self._importlib()
        self._builtins = scheduler.names
        self._builtins.update({**vars(builtins), "__import__": self._import})
        self.files: set[str] = set()
        """The files whose functions are instrumented."""
        self._trees = {name: _tree(name) for source in sources for name in self._modules_of(source)}
        self._fixed = fixed_names(self._trees.values())

    @property
    def threading(self) -> ModuleType:
        """What stands for ``threading``."""
        return self._stand_ins["threading"]

    def load(self, name: str) -> ModuleType:
        """Return the private copy of a module."""
        if name not in self._modules:
            parent, _, child = name.rpartition(".")
            holder = self.load(parent) if parent else None
            if name not in self._modules:
                self._modules[name] = self._copy(name) if self._is_copied(name) else self._shell(name)
                self._fill(name)
            if holder is not None:
                setattr(holder, child, self._modules[name])
        return self._modules[name]

    def _modules_of(self, source: str) -> Iterator[str]:
        """Yield the names of a module and, where all of a package is asked for, of the modules in it."""
        yield source
        below = importlib.import_module(source).__path__ if self._sources[source] else ()
        for found in pkgutil.walk_packages(below, source + "."):
            yield found.name

    def _is_instrumented(self, name: str) -> bool:
        return any(
            name == source or (whole and name.startswith(source + ".")) for source, whole in self._sources.items()
        )

    def _is_copied(self, name: str) -> bool:
        return name == self._adapter or self._is_instrumented(name) or name in self._plain

    @property
    def _plain(self) -> tuple[str, ...]:
        return self._consumers.modules if self._consumers is not None else ()

    def _concerns(self, name: str) -> bool:
        """Whether a module has a copy, or is a package with a copy somewhere below it."""
        return self._is_copied(name) or any(
            copied.startswith(name + ".") for copied in (*self._sources, self._adapter, *self._plain)
        )

    def _shell(self, name: str) -> ModuleType:
        """Return a stand-in for a real package, under which copies can hang."""
        real = importlib.import_module(name)
        shell = ModuleType(name, real.__doc__)
        shell.__dict__.update(vars(real))
        return shell

    def _copy(self, name: str) -> ModuleType:
        spec = importlib.util.find_spec(name)
        if spec is None:
            raise NotSchedulable(f"there is no module {name!r}")
        module = ModuleType(name)
        names = self._builtins
        if name in self._plain:
            names = names | _kin(importlib.import_module(name))
        module.__dict__.update(__spec__=spec, __file__=spec.origin, __package__=spec.parent, __builtins__=names)
        if spec.submodule_search_locations is not None:
            module.__path__ = spec.submodule_search_locations
        return module

    def _fill(self, name: str) -> None:
        """Run the code of a copy."""
        module = self._modules[name]
        if not self._is_copied(name):
            return
        spec = module.__spec__
        assert spec is not None
        file = str(spec.origin)
        if self._is_instrumented(name):
            self.files.add(file)
            code = instrumented(self._trees[name], file, self._fixed, captured=self._consumers is not None)
        else:
            code = compile(_source(spec), file, "exec", dont_inherit=True)
        try:
            exec(code, module.__dict__)
        except BaseException:
            del self._modules[name]
            raise

    def _import(
        self,
        name: str,
        names: dict[str, Any] | None = None,
        _locals: object = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        """Import as ``__import__`` does, from the copies where there is one."""
        absolute = importlib.util.resolve_name("." * level + name, (names or {})["__package__"]) if level else name
        if absolute in self._stand_ins:
            return self._stand_ins[absolute]
        if not self._concerns(absolute):
            return __import__(absolute, None, None, list(fromlist or ()), 0)
        module = self.load(absolute)
        for item in fromlist or ():
            below = f"{absolute}.{item}"
            if self._concerns(below) and (not hasattr(module, item) or not self._is_copied(absolute)):
                self._load_below(below)
        return module if fromlist else self.load(absolute.partition(".")[0])

    def _importlib(self) -> ModuleType:
        """Return what stands for importlib: a package that loads its modules late has the copies, too."""
        module = ModuleType(importlib.__name__, importlib.__doc__)
        module.__dict__.update(vars(importlib))

        def import_module(name: str, package: str | None = None) -> ModuleType:
            absolute = importlib.util.resolve_name(name, package)
            return self.load(absolute) if self._concerns(absolute) else importlib.import_module(absolute)

        module.__dict__["import_module"] = import_module
        return module

    def _load_below(self, name: str) -> None:
        """Load a submodule, if it is one."""
        if name in self._modules or importlib.util.find_spec(name) is not None:
            parent, _, child = name.rpartition(".")
            setattr(self.load(parent), child, self.load(name))


def _kin(real: ModuleType) -> dict[str, Any]:
    """Return what has the classes of a copy derive from the real ones: who asks for a real future takes a copy's, too.

    A class between a copy and its own base would be met by ``super()``; among exceptions it does no harm.
    """

    def build(body: Callable[[], object], name: str, *bases: Any, **named: Any) -> Any:
        known = getattr(real, name, None)
        if isinstance(known, type) and bases in ((), (object,)):
            bases = (known,)
        elif isinstance(known, type) and issubclass(known, BaseException):
            bases = (known, *bases)
        return builtins.__build_class__(body, name, *bases, **named)

    return {"__build_class__": build}


def _tree(name: str) -> ast.Module:
    spec = importlib.util.find_spec(name)
    if spec is None:
        raise NotSchedulable(f"there is no module {name!r}")
    return ast.parse(_source(spec), str(spec.origin))


def _source(spec: ModuleSpec) -> str:
    if spec.origin is None or not spec.origin.endswith(".py"):
        raise NotSchedulable(f"the module {spec.name!r} has no Python source")
    get_source: Callable[[str], str | None] | None = getattr(spec.loader, "get_source", None)
    source = get_source(spec.name) if get_source is not None else None
    if source is None:  # a loader that keeps none, such as the one of a test runner
        with tokenize.open(spec.origin) as file:
            source = file.read()
    return source
