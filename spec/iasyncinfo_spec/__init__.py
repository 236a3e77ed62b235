"""The life cycle of Windows' IAsyncInfo objects as data: tables, rules, variation points, families.

The names below are loaded when they are first asked for, so that ``import iasyncinfo_spec`` costs next to
nothing and only what builds a machine needs ``transitions``, only the Protocols ``typing_extensions``.
"""

TYPE_CHECKING = False  # type checkers take it for true; importing typing costs more than all the rest
if TYPE_CHECKING:
    from iasyncinfo_spec.abi import AsyncStatus as AsyncStatus
    from iasyncinfo_spec.abi import Kind as Kind
    from iasyncinfo_spec.distinguishing import distinguish as distinguish
    from iasyncinfo_spec.expectation import Expectation as Expectation
    from iasyncinfo_spec.expectation import at_standard as at_standard
    from iasyncinfo_spec.exploration import Edge as Edge
    from iasyncinfo_spec.exploration import System as System
    from iasyncinfo_spec.exploration import explore as explore
    from iasyncinfo_spec.exploration import plain_inputs as plain_inputs
    from iasyncinfo_spec.families import FAMILIES as FAMILIES
    from iasyncinfo_spec.families import Family as Family
    from iasyncinfo_spec.machines import Cell as Cell
    from iasyncinfo_spec.machines import CellMachine as CellMachine
    from iasyncinfo_spec.machines import completed_slot as completed_slot
    from iasyncinfo_spec.machines import lifecycle as lifecycle
    from iasyncinfo_spec.machines import progress_slot as progress_slot
    from iasyncinfo_spec.product import Configuration as Configuration
    from iasyncinfo_spec.product import NotDrivable as NotDrivable
    from iasyncinfo_spec.product import Prediction as Prediction
    from iasyncinfo_spec.product import Product as Product
    from iasyncinfo_spec.product import Wild as Wild
    from iasyncinfo_spec.protocols import ActionProducer as ActionProducer
    from iasyncinfo_spec.protocols import AsyncActionCompletedHandler as AsyncActionCompletedHandler
    from iasyncinfo_spec.protocols import AsyncActionProgressHandler as AsyncActionProgressHandler
    from iasyncinfo_spec.protocols import (
        AsyncActionWithProgressCompletedHandler as AsyncActionWithProgressCompletedHandler,
    )
    from iasyncinfo_spec.protocols import AsyncOperationCompletedHandler as AsyncOperationCompletedHandler
    from iasyncinfo_spec.protocols import AsyncOperationProgressHandler as AsyncOperationProgressHandler
    from iasyncinfo_spec.protocols import (
        AsyncOperationWithProgressCompletedHandler as AsyncOperationWithProgressCompletedHandler,
    )
    from iasyncinfo_spec.protocols import AwaitableAction as AwaitableAction
    from iasyncinfo_spec.protocols import AwaitableActionWithProgress as AwaitableActionWithProgress
    from iasyncinfo_spec.protocols import AwaitableOperation as AwaitableOperation
    from iasyncinfo_spec.protocols import (
        AwaitableOperationWithProgress as AwaitableOperationWithProgress,
    )
    from iasyncinfo_spec.protocols import IAsyncAction as IAsyncAction
    from iasyncinfo_spec.protocols import IAsyncActionWithProgress as IAsyncActionWithProgress
    from iasyncinfo_spec.protocols import IAsyncInfo as IAsyncInfo
    from iasyncinfo_spec.protocols import IAsyncOperation as IAsyncOperation
    from iasyncinfo_spec.protocols import IAsyncOperationWithProgress as IAsyncOperationWithProgress
    from iasyncinfo_spec.protocols import IClosable as IClosable
    from iasyncinfo_spec.protocols import OperationProducer as OperationProducer
    from iasyncinfo_spec.protocols import Producer as Producer
    from iasyncinfo_spec.protocols import ProgressProducer as ProgressProducer
    from iasyncinfo_spec.protocols import SupportsValue as SupportsValue
    from iasyncinfo_spec.protocols import Waitable as Waitable
    from iasyncinfo_spec.rendering import explain as explain
    from iasyncinfo_spec.rendering import listing as listing
    from iasyncinfo_spec.rendering import show as show
    from iasyncinfo_spec.rules import RULES as RULES
    from iasyncinfo_spec.rules import Basis as Basis
    from iasyncinfo_spec.rules import Level as Level
    from iasyncinfo_spec.rules import Observed as Observed
    from iasyncinfo_spec.rules import Party as Party
    from iasyncinfo_spec.rules import Rule as Rule
    from iasyncinfo_spec.standard import STANDARD as STANDARD
    from iasyncinfo_spec.standard import Branch as Branch
    from iasyncinfo_spec.standard import StandardProduct as StandardProduct
    from iasyncinfo_spec.standing import Standing as Standing
    from iasyncinfo_spec.standing import Taken as Taken
    from iasyncinfo_spec.standing import follow as follow
    from iasyncinfo_spec.static_rules import EVERY_RULE as EVERY_RULE
    from iasyncinfo_spec.static_rules import STATIC_RULES as STATIC_RULES
    from iasyncinfo_spec.variations import VARIATIONS as VARIATIONS
    from iasyncinfo_spec.variations import Option as Option
    from iasyncinfo_spec.variations import Variation as Variation
    from iasyncinfo_spec.words import STEPS as STEPS
    from iasyncinfo_spec.words import Step as Step
    from iasyncinfo_spec.words import Word as Word
    from iasyncinfo_spec.words import WordError as WordError
    from iasyncinfo_spec.words import format_word as format_word
    from iasyncinfo_spec.words import parse_word as parse_word

_NAMES = {
    "abi": ("AsyncStatus", "Kind"),
    "distinguishing": ("distinguish",),
    "expectation": ("Expectation", "at_standard"),
    "exploration": ("Edge", "System", "explore", "plain_inputs"),
    "families": ("FAMILIES", "Family"),
    "machines": ("Cell", "CellMachine", "completed_slot", "lifecycle", "progress_slot"),
    "product": ("Configuration", "NotDrivable", "Prediction", "Product", "Wild"),
    "protocols": (
        "ActionProducer",
        "AsyncActionCompletedHandler",
        "AsyncActionProgressHandler",
        "AsyncActionWithProgressCompletedHandler",
        "AsyncOperationCompletedHandler",
        "AsyncOperationProgressHandler",
        "AsyncOperationWithProgressCompletedHandler",
        "AwaitableAction",
        "AwaitableActionWithProgress",
        "AwaitableOperation",
        "AwaitableOperationWithProgress",
        "IAsyncAction",
        "IAsyncActionWithProgress",
        "IAsyncInfo",
        "IAsyncOperation",
        "IAsyncOperationWithProgress",
        "IClosable",
        "OperationProducer",
        "Producer",
        "ProgressProducer",
        "SupportsValue",
        "Waitable",
    ),
    "rendering": ("explain", "listing", "show"),
    "rules": ("RULES", "Basis", "Level", "Observed", "Party", "Rule"),
    "standard": ("STANDARD", "Branch", "StandardProduct"),
    "standing": ("Standing", "Taken", "follow"),
    "static_rules": ("EVERY_RULE", "STATIC_RULES"),
    "variations": ("VARIATIONS", "Option", "Variation"),
    "words": ("STEPS", "Step", "Word", "WordError", "format_word", "parse_word"),
}
"""The module that each public name is loaded from."""

_MODULE_OF = {name: module for module, names in _NAMES.items() for name in names}

__all__ = [
    "EVERY_RULE",
    "FAMILIES",
    "RULES",
    "STANDARD",
    "STATIC_RULES",
    "STEPS",
    "VARIATIONS",
    "ActionProducer",
    "AsyncActionCompletedHandler",
    "AsyncActionProgressHandler",
    "AsyncActionWithProgressCompletedHandler",
    "AsyncOperationCompletedHandler",
    "AsyncOperationProgressHandler",
    "AsyncOperationWithProgressCompletedHandler",
    "AsyncStatus",
    "AwaitableAction",
    "AwaitableActionWithProgress",
    "AwaitableOperation",
    "AwaitableOperationWithProgress",
    "Basis",
    "Branch",
    "Cell",
    "CellMachine",
    "Configuration",
    "Edge",
    "Expectation",
    "Family",
    "IAsyncAction",
    "IAsyncActionWithProgress",
    "IAsyncInfo",
    "IAsyncOperation",
    "IAsyncOperationWithProgress",
    "IClosable",
    "Kind",
    "Level",
    "NotDrivable",
    "Observed",
    "OperationProducer",
    "Option",
    "Party",
    "Prediction",
    "Producer",
    "Product",
    "ProgressProducer",
    "Rule",
    "StandardProduct",
    "Standing",
    "Step",
    "SupportsValue",
    "System",
    "Taken",
    "Variation",
    "Waitable",
    "Wild",
    "Word",
    "WordError",
    "at_standard",
    "completed_slot",
    "distinguish",
    "explain",
    "explore",
    "follow",
    "format_word",
    "lifecycle",
    "listing",
    "parse_word",
    "plain_inputs",
    "progress_slot",
    "show",
]


def __getattr__(name: str) -> object:
    """Return a public name, loading its module; an AttributeError for any other name."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names as well as those loaded so far."""
    return sorted({*globals(), *_MODULE_OF})
