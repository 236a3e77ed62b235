"""One word, run and shown step by step beside what is allowed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from iasyncinfo_conformance.directed import CASES
from iasyncinfo_conformance.engines.points import ask_ids, declared
from iasyncinfo_conformance.errors import UsageFault
from iasyncinfo_conformance.judging.blame import Situation, blamed
from iasyncinfo_conformance.judging.judge import Finding, allowed_by
from iasyncinfo_conformance.judging.wording import Difference, describe
from iasyncinfo_conformance.record.answers import NOVEL
from iasyncinfo_conformance.replaying.race import replay_race
from iasyncinfo_conformance.target import Result, Target, Trouble, needs_of
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.pairs import drives_two, halves
from iasyncinfo_spec.variations import ShownBy, shown_by
from iasyncinfo_spec.words import OBSERVERS, PRODUCER, RACE, Step, Word, format_word, step_names


def replay(
    target: Target, word: Word, kind: Kind | None, profile: str, schedule: str | None = None
) -> tuple[str, bool]:
    """Return what a word does, as text, and whether all of it is allowed.

    ``schedule`` is that of the word's race, if it has one. Raises UsageFault where the word cannot be run
    on this target.
    """
    kind = kind or _kind_for(target, word)
    _require_runnable(target, kind, word)
    if any(step[0] == RACE for step in word):
        return replay_race(target, word, kind, profile, schedule)
    if schedule is not None:
        raise UsageFault(f"--schedule {schedule} is for a word with a race, for example '[complete(5) | cancel]'.")
    try:
        results = target.run(kind, word)
    except Trouble as trouble:
        return f"{kind} {format_word(word)}\n  {trouble.what}: {trouble.why}", False
    complaints = list(_complaints(target, kind, word, results, profile))
    lines = [f"{kind}"]
    for number, (step, result) in enumerate(zip(word, results, strict=True), 1):
        lines.append(f"  {number:>2}  {format_word((step,)):<40} {describe(step, result)}")
        lines += [f"      {rule}: allowed: {allowed}" for at, rule, allowed in complaints if at == number]
    lines.append("not allowed" if complaints else "allowed")
    return "\n".join(lines), not complaints


def _kind_for(target: Target, word: Word) -> Kind:
    """Return the plainest kind that has a result to show and the members that the word uses."""
    needed = any("progress" in name for name in step_names(word))
    fitting = [kind for kind in target.kinds if kind.has_progress or not needed] or list(target.kinds)
    return min(fitting, key=lambda kind: (kind.has_progress, not kind.has_result))


def _require_runnable(target: Target, kind: Kind, word: Word) -> None:
    if kind not in target.kinds:
        raise UsageFault(f"{target.name} does not declare {kind}; it declares {', '.join(target.kinds)}.")
    if _used_after_release(word):
        raise UsageFault("nobody can take this word: after release there is no operation whose members could be used.")
    missing = needs_of(word) - target.supports(kind)
    if missing:
        raise UsageFault(f"{target.name} cannot run this word: it has no {' and no '.join(sorted(missing))}.")


def _used_after_release(word: Word) -> bool:
    names = [step[0] for step in word]
    return "release" in names and not set(names[names.index("release") + 1 :]) <= {*PRODUCER, *OBSERVERS}


def _complaints(
    target: Target, kind: Kind, word: Word, results: Sequence[Result], profile: str
) -> Iterator[tuple[int, str, str]]:
    """Yield the steps that are not allowed: by the machine, and by the directed tests of this very word."""
    finding = _machine_finding(target, kind, word, results, profile)
    seen: set[str] = set()
    if finding is not None:
        seen.add(finding.cites)
        yield finding.step, finding.cites, finding.difference.allowed
    for case in CASES:
        if case.word == word and kind in case.kinds and case.rule not in seen and not case.where:
            complaint = case.complaint(results)
            if complaint is not None:
                seen.add(case.rule)
                yield complaint[0], case.rule, complaint[1]


def _machine_finding(
    target: Target, kind: Kind, word: Sequence[Step], results: Sequence[Result], profile: str
) -> Finding | None:
    family = FAMILIES.get(profile)
    fixed = {**(family.answers if family else {}), **declared(target, kind)}
    special = _beside_the_machine(target, kind, family, word, results) if family is not None else None
    if special is not None:
        return special
    finding = allowed_by(kind, fixed, family.breaks if family else (), word, results)
    if finding is not None and drives_two(word) and finding.cites:
        return _beside_another(target, kind, word, profile, finding)
    if finding is not None and not finding.cites:
        raise UsageFault(f"nobody can take this word: step {finding.step} cannot be taken here.")
    return finding


def _beside_another(target: Target, kind: Kind, word: Sequence[Step], profile: str, finding: Finding) -> Finding:
    """Lay a finding on two objects to their being two, where each of them is right alone."""
    for half in halves(tuple(word)):
        if _machine_finding(target, kind, half.word, target.run(kind, half.word), profile) is not None:
            return finding
    cites = blamed(Situation.BESIDE_ANOTHER, finding.cites)
    return replace(finding, difference=replace(finding.difference, cites=cites))


def _beside_the_machine(
    target: Target, kind: Kind, family: Family, word: Sequence[Step], results: Sequence[Result]
) -> Finding | None:
    """Judge the points that no machine shows: which numbers ids are, and where handlers run."""
    (of_ids,), (of_events,) = shown_by(ShownBy.IDS), shown_by(ShownBy.EVENTS)
    for number, (step, result) in enumerate(zip(word, results, strict=True), 1):
        if step[0] == "id" and of_ids in family.answers:
            found = ask_ids(target, kind)
            if found is not None and family.answers[of_ids] not in found:
                actual = f"answer {next(iter(found), NOVEL)!r}"
                demanded = f"answer {family.answers[of_ids]!r}, came: {actual}"
                return Finding(number, Difference(of_ids, demanded, actual))
        late = any(event.get("late") for event in result.get("events", ()))
        if late and family.answers.get(of_events) == "inline":
            came = describe(step, result)
            return Finding(number, Difference(of_events, "calls handlers before it returns", came))
    return None
