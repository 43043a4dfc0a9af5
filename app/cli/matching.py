"""`linli matching`: solves a problem in a file, and checks a plan in one, with no database and no network."""

import os
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import msgspec

from app.cli.verify_file import Untrue, VerifyFault, language
from app.kit.i18n import gettext, ngettext, speaking
from app.kit.rules import Refusal
from app.matching.checker import Verdict, check
from app.matching.faults import faults
from app.matching.files import Unreadable, load, save
from app.matching.problem import Plan, Problem
from app.matching.solver import Progress, Stop, solve


def _check(options: Namespace) -> None:
    """Judge the plan in a file.

    Raises:
        Untrue: when anything is wrong with it.
        VerifyFault: when it cannot be read, or has no plan.
    """
    problem, plan = _load(options.file)
    if plan is None:
        raise VerifyFault(gettext("%(file)s has a problem and no plan.") % {"file": options.file.name})
    _refuse_unsolvable(problem, options.file)
    verdict = check(problem, plan, prove=not options.quick)
    if options.json:
        print(_as_json(verdict))
    else:
        _print(verdict, len(plan.person), options.file)
    if not verdict.good:
        raise Untrue(gettext("This plan is not what it says. Do not rely on it."))


def _solve(options: Namespace) -> None:
    """Solve the problem in a file, and write it with its plan into another.

    Raises:
        VerifyFault: when it cannot be read, solved or written.
    """
    problem, before = _load(options.file)
    _refuse_unsolvable(problem, options.file)
    stop = Stop(seconds=options.seconds, effort=options.effort)
    plan = solve(problem, seed=options.seed, stop=stop, before=before, report=_report)
    try:
        save(options.output, problem, plan)
    except OSError as error:
        raise VerifyFault(
            gettext("%(file)s cannot be written: %(why)s.") % {"file": options.output, "why": error.strerror}
        ) from None
    print(_sum(len(plan.person), plan.value, plan.bound, plan.gap, options.output))


DEEDS: dict[str, Callable[[Namespace], None]] = {"check": _check, "solve": _solve}


def matching(options: Namespace) -> None:
    """Do one of them in the language of the terminal."""
    with speaking(language(os.environ)):
        DEEDS[options.deed](options)


def _load(path: Path) -> tuple[Problem, Plan | None]:
    try:
        return load(path)
    except Unreadable as error:
        raise VerifyFault(say(error.refusal)) from None


def _refuse_unsolvable(problem: Problem, path: Path) -> None:
    found = faults(problem)
    for one in found.refused:
        _line("WRONG", say(one))
    if found.refused:
        raise VerifyFault(gettext("The problem in %(file)s contradicts itself.") % {"file": path.name})


def say(refusal: Refusal) -> str:
    """A refusal with its places filled, in the reader's language."""
    params = {
        name: gettext(value) if isinstance(value, str) and value else value for name, value in refusal.params.items()
    }
    return gettext(refusal.text) % params


def _print(verdict: Verdict, assignments: int, path: Path) -> None:
    if verdict.good:
        limit = verdict.claimed_bound
        _line("right", _sum(assignments, verdict.value, limit, (limit - verdict.value) / limit if limit else 0.0, path))
        if verdict.bound is None:
            _line("NOTE", gettext("The bound was not recomputed."))
        else:
            _line("right", gettext("The bound was recomputed: %(bound)s.") % {"bound": f"{verdict.bound:,}"})
    for violation in verdict.violations:
        _line("WRONG", say(violation))
    if verdict.more:
        _line("WRONG", gettext("And %(n)s more faults.") % {"n": verdict.more})


def _sum(assignments: int, value: int, bound: int, gap: float, path: Path) -> str:
    return ngettext(
        "%(file)s: %(n)s assignment, worth %(value)s points; no plan is worth more than %(bound)s, %(gap)s %% away.",
        "%(file)s: %(n)s assignments, worth %(value)s points; no plan is worth more than %(bound)s, %(gap)s %% away.",
        assignments,
    ) % {
        "file": path.name,
        "n": f"{assignments:,}",
        "value": f"{value:,}",
        "bound": f"{bound:,}",
        "gap": f"{gap:.2%}"[:-1],
    }


def _as_json(verdict: Verdict) -> str:
    told = [{"code": one.code, "text": say(one), "params": one.params} for one in verdict.violations]
    figures = {name: getattr(verdict, name) for name in ("more", "value", "claimed_value", "bound", "claimed_bound")}
    return msgspec.json.encode({"good": verdict.good, "gap": verdict.gap, **figures, "violations": told}).decode()


def _report(progress: Progress) -> None:
    print(
        f"{progress.seconds:7.1f} s  {progress.stage}  {progress.value:,} / {progress.bound:,}  {progress.filled:,}",
        file=sys.stderr,
    )


def _line(mark: str, sentence: str) -> None:
    print(f"  {mark:5}  {sentence}")
