"""What a person reads of a component's surface."""

from collections.abc import Iterator

from iasyncinfo_conformance.record.known import Exemption
from iasyncinfo_conformance.record.static.surface import Surface
from iasyncinfo_conformance.report.card import shown
from iasyncinfo_conformance.report.layout import hanging, labelled
from iasyncinfo_conformance.report.sections import section
from iasyncinfo_spec.static_rules import STATIC_RULES


def surface_report(found: Surface) -> str:
    """Return the report on a component's surface as text; its last line says whether it passes."""
    return "\n".join(_lines(found))


def _lines(found: Surface) -> Iterator[str]:
    yield f"{found.package}, {found.checker}: {found.looked_at:,} public functions, methods and properties"
    for offender in found.offenders:
        yield ""
        yield f"FAILED  {offender.rule}  {offender.name}"
        yield labelled("rule", STATIC_RULES[offender.rule].sentence)
        yield labelled("found", offender.found)
        yield labelled("instead", offender.instead)
        yield f"    where    {shown(offender.file)}:{offender.line}"
    yield from section("Stale exemptions: nothing is wrong there any more, take them out", found.stale, _exemption)
    yield from section("Exempt", found.exempt, _exemption)
    untyped = f"no annotation tells what is returned: {', '.join(found.untyped)}"
    yield from section("Not looked at", [(f"{len(found.untyped):,}", untyped)] if found.untyped else [], _counted)
    yield ""
    yield "passes" if found.passes else f"does not pass: {len(found.offenders)} found, {len(found.stale)} stale"


def _exemption(exemption: Exemption) -> str:
    return hanging(exemption.name, exemption.reason)


def _counted(entry: tuple[str, str]) -> str:
    return hanging(*entry)
