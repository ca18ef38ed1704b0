"""Picks the release of each product for one cluster, or tells why there is none.

Knows nothing of what the releases become.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence

from compiler.diagnostics.model import Diagnostic, Fix, Severity, Suggestion, error, warning
from compiler.diagnostics.suggest import Patience
from compiler.frozen import frozen
from compiler.model.release import ProductRelease
from compiler.resolve.conflicts import explain_conflicts, explain_missing
from compiler.resolve.facts import Facts
from compiler.resolve.lock import LockedCluster
from compiler.resolve.names import unknown
from compiler.resolve.offers import Question, pose
from compiler.resolve.solver import Offer, Problem, Solution, complete, satisfies, solve
from compiler.resolve.wishes import VersionWish


@frozen
class Picks:
    """The picked releases by product, the version of everything on the cluster, and what decided each pick."""

    releases: Mapping[str, ProductRelease]
    versions: Solution
    because: Mapping[str, tuple[str, ...]]


def usable_wishes(wishes: Collection[VersionWish], facts: Facts, findings: list[Diagnostic]) -> list[VersionWish]:
    """Return the constraints that a release could satisfy, with the product that each means.

    Reports `unknown-product`, `unknown-version` where no release satisfies one, and `not-installable-version` where
    only a release does that is known as a source of upgrades.
    """
    usable = []
    patience = Patience()
    for wish in wishes:
        subject = wish.product if wish.product in facts.products else facts.subjects.get(wish.product)
        if subject is None:
            findings.append(_unknown_product(wish, facts, patience))
            continue
        known = facts.versions(subject) if subject in facts.products else ()
        matching = [version for version in known if facts.satisfies(subject, version, wish.constraint)]
        installable = set(facts.installable(subject)) if known else set()
        if not installable.isdisjoint(matching) or any(
            facts.satisfies(subject, version, wish.constraint) for _, _, version in facts.brought(subject)
        ):
            usable.append(VersionWish(subject, wish.constraint, wish.path, wish.label))
        else:
            findings.append(_no_version(wish, subject, matching, facts))
    return usable


@frozen
class _Answer:
    """What is the same for all clusters that ask alike; as in `Picks`, with the `offers` of every release in play.

    `lacking`: no release has all the components that are asked for, and the versions are those without some.
    """

    releases: Mapping[str, ProductRelease]
    versions: Solution
    offers: Mapping[str, Sequence[Offer]]
    lacking: bool


def pick(question: Question, locked: LockedCluster | None, cluster: str, findings: list[Diagnostic]) -> Picks | None:
    """Return the releases for a cluster: the locked ones where they still satisfy, else the newest that do.

    Where no release has all the components that are asked for, the newest that satisfies the rest is picked.
    Reports `version-conflict`, `component-not-in-release`, and `locked-version-moved` where a locked version had to go.
    """
    preferred = {product: entry.version for product, entry in locked.products.items()} if locked else {}
    answers: dict[Hashable, _Answer | None] = question.facts.answers
    asked = (question.alike(), *preferred.items())
    if asked not in answers:
        answers[asked] = _answer(question, preferred)
    answer = answers[asked]
    if answer is None:
        findings += explain_conflicts(question, cluster)
        return None
    if answer.lacking:
        findings += [
            explain_missing(question, demand, demand.text.removeprefix("with "), answer.versions[demand.subject])
            for demand in question.presences
            if not demand.accepts(answer.versions[demand.subject])
        ]
    because = {product: _because(product, question, answer) for product in answer.releases}
    if locked is not None:
        findings += _moved(question, locked, answer)
    return Picks(answer.releases, answer.versions, because)


def _answer(question: Question, preferred: Mapping[str, str]) -> _Answer | None:
    """Return what answers a question, its components left aside if nothing else does; nothing where that fails too."""
    problem = pose(question, preferred=preferred)
    solution = _keep(problem, preferred, question) or solve(problem)
    lacking = solution is None
    if solution is None:
        presences = frozenset(range(len(question.versions), len(question.versions) + len(question.presences)))
        problem = pose(question, preferred=preferred, ignoring=presences)
        solution = solve(problem) if presences else None
        if solution is None:
            return None
    releases = {
        product: question.facts.release(product, solution[product])
        for product, offers in problem.offers.items()
        if any(offer.version == solution.get(product) for offer in offers)
    }
    return _Answer(releases, complete(problem, solution), pose(question, preferred={}).offers, lacking)


def _moved(question: Question, locked: LockedCluster, answer: _Answer) -> list[Diagnostic]:
    """Return a finding for each product whose locked version gave way to another one.

    It is an info where the wish was changed, which asks for it; else a warning: it moved without anybody saying so.
    """
    findings = []
    versions = answer.versions
    wishes = {wish.product: wish for wish in question.versions}
    for product, release in sorted(answer.releases.items()):
        before = locked.products.get(product)
        if before is None or before.version == release.version:
            continue
        if before.version not in question.facts.versions(product):
            continue  # That is told as `unknown-locked-version`.
        wish = wishes.get(product)
        is_asked_for = wish is not None and not question.facts.satisfies(product, before.version, wish.constraint)
        reasons = [f"`{wish.label}` {wish.constraint}"] if wish is not None and is_asked_for else []
        offers = [offer for offer in answer.offers[product] if offer.version == before.version]
        unmet = [
            demand
            for offer in offers
            for demand in offer.demands
            if demand.subject in versions and not demand.accepts(versions[demand.subject])
        ]
        own = [
            demand for demand in question.presences if demand.subject == product and not demand.accepts(before.version)
        ]
        reasons += [f"what is asked for: {demand.because}" for demand in own]
        reasons += [
            f"{demand.subject} {versions[demand.subject]}: {demand.because}"
            for demand in unmet
            if demand.fact is not None
        ]
        place = wish.path if wish is not None else next((path for path, _ in question.products[product]), ("clusters",))
        findings.append(
            Diagnostic(
                "locked-version-moved",
                Severity.INFO if is_asked_for or own else Severity.WARNING,
                f"locked {product} {before.version} on cluster {question.wishes.cluster} no longer satisfies "
                f"{reasons[0] if reasons else 'the versions beside it'}; now {release.version}",
                place,
                notes=tuple(f"nor {reason}" for reason in reasons[1:]),
                help=f"nothing, if {release.version} is meant; "
                f'to stay, ask for "{before.version}" and loosen what rules it out',
                sources=tuple(dict.fromkeys(source for demand in unmet for source in demand.sources)),
            )
        )
    return findings


def _keep(problem: Problem, preferred: Mapping[str, str], question: Question) -> Solution | None:
    """Return the locked versions where they satisfy everything and nothing is missing."""
    needed = {product for product, bringers in question.products.items() if bringers}
    kept = {product: preferred[product] for product in problem.offers if product in preferred}
    return kept if needed <= set(kept) and satisfies(problem, kept) else None


def _because(product: str, question: Question, answer: _Answer) -> tuple[str, ...]:
    """Return the words and the facts that decided a product's version: the wish, then what ruled newer ones out."""
    words = [wish.label for wish in question.versions if wish.product == product]
    words += [label for _, label in question.products[product]] if not words else []
    ruled_out: set[str] = set()
    versions = answer.versions
    for offer in answer.offers[product]:
        if offer.version == versions[product]:
            break
        ruled_out.update(
            demand.fact
            for demand in offer.demands
            if demand.fact is not None and demand.subject in versions and not demand.accepts(versions[demand.subject])
        )
    return (*words, *sorted(ruled_out))


def unused_wishes(
    wishes: Sequence[VersionWish], used: Collection[str], facts: Facts, findings: list[Diagnostic]
) -> None:
    """Report `unused-version` for each constraint on something that no cluster gets; `used` holds labels."""
    findings += [
        warning(
            "unused-version",
            f"nothing installs {wish.product}, so its version {wish.constraint} decides nothing",
            wish.path,
            at_key=True,
            help=f"remove it, or add `{wish.product}: {{}}` to `components`"
            if facts.carriers(wish.product)
            else f"remove it, or enable a component that {wish.product} carries",
        )
        for wish in wishes
        if wish.label not in used
    ]


def _unknown_product(wish: VersionWish, facts: Facts, patience: Patience) -> Diagnostic:
    hint = None
    if wish.product == "kubernetes":
        hint = "a cluster's Kubernetes version is its own key: `kubernetes`"
    known = dict.fromkeys(facts.subjects)
    return unknown(
        "product", wish.product, wish.path, known, user="`versions`", at_key=True, hint=hint, patience=patience
    )


def _no_version(wish: VersionWish, subject: str, matching: Sequence[str], facts: Facts) -> Diagnostic:
    if subject in facts.products:
        shipped = list(facts.installable(subject))
        help_text = f"known are {', '.join(shipped[-6:])}" if shipped else f"{subject} has no release to install"
    else:
        brought = facts.brought(subject)
        shipped = list(dict.fromkeys(version for _, _, version in brought))
        help_text = "releases bring " + ", ".join(f"{version} ({by} {of})" for by, of, version in brought[-6:])
    if matching:
        message = f"{subject} {matching[-1]} is known only as a release to upgrade from"
        return error("not-installable-version", message, wish.path, help=help_text)
    message = f"no known version of {subject} satisfies {wish.constraint}"
    newest = shipped[-1:]
    return error(
        "unknown-version",
        message,
        wish.path,
        help=help_text,
        suggestions=tuple(Suggestion(f'ask for "{version}"', Fix(wish.path, f'"{version}"')) for version in newest),
    )
