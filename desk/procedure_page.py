"""The page of a procedure in `docs/procedures`: picture, tables and promises, all from the declaration."""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import TYPE_CHECKING, Any

from desk.form_words import fields
from desk.procedure_links import link_heads, links
from desk.procedure_rules import rules
from states.draw import markdown_table, mermaid, table
from states.editions import editions
from states.people import FromSub, Named
from states.phrases import (
    acts,
    anchor,
    condition,
    conditions_named,
    gate,
    length,
    need,
    roles,
    spelt_out,
    who,
)
from states.promise_words import accused, apart, of_unit, promise
from states.promises import AccusedNever
from states.words import label, listed, say, strung

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from states.acts import Step
    from states.deadlines import Deadline, Rung
    from states.people import Same
    from states.procedure import Procedure

# English for engineers; 繁體, the language of the texts, for the lawyer and the office.
FOLDERS = {"en": "", "zh_Hant": "zh_Hant"}


def pages(root: Path) -> Mapping[Path, bytes]:
    """Return every page as it should be. The latest edition has the procedure's name, an older one its date beside it."""
    latest = dict(editions().keys())
    found: dict[Path, bytes] = {}
    for (name, iso), procedure in editions().items():
        file = f"{name}.md" if latest[name] == iso else f"{name}-{iso}.md"
        for language, folder in FOLDERS.items():
            found[root / "docs" / "procedures" / folder / file] = page(procedure, language).encode()
    return found


def page(p: Procedure, language: str) -> str:
    """Return a procedure as a page."""
    module = import_module(p.module)
    source = f"{p.module.replace('.', '/')}.py"
    parts = [
        f"# {p.says} · `{p.name}`",
        say("Edition of {edition}; register {register}, letter {letter}. Written by `make docs` from `{source}`: edit that file, not this page.", language, edition=p.edition, register=p.register, letter=p.letter, source=source),
        inspect.cleandoc(module.__doc__ or "") if language == "en" else "",
        f"```mermaid\n{mermaid(p, language)}```",
        _section(say("Rules", language), rules(p, language)),
        _section(say("States", language), _states(p, language)),
        _section(say("Moves", language), table(p, language)),
        _section(say("Steps", language), _steps(p, language)),
        _section(say("Linked cases", language), markdown_table(link_heads(language), links(p, language)) if p.subs else ""),
        _section(say("Clocks", language), _clocks(p, language)),
        _section(say("Conditions", language), _conditions(p, language)),
        _section(say("Who may not", language), _persons(p, language)),
        _section(say("Notices", language), "".join(f"- {say(n.says, language)} ({condition(n.when, language)}; {n.clause})\n" for n in p.notices)),
        _section(say("Promises", language), "".join(f"- **{q.clause}** {promise(q, language)}\n" for q in p.promises)),
    ]  # fmt: skip
    return "\n\n".join(part.strip("\n") for part in parts if part.strip()) + "\n"


def _section(title: str, body: str) -> str:
    return f"## {title}\n\n{body}" if body else ""


def _states(p: Procedure, language: str) -> str:
    head = [
        say("Name", language),
        say("In the text", language),
        say("What it is", language),
        say("Clocks", language),
    ]
    rows = []
    for state in p.states:
        what = say("an end", language) if state in p.finals else say("the case waits", language)
        if state is p.initial:
            what = say("the beginning", language)
        elif state is p.history:
            what = say("history of an older register", language)
        elif state in p.aside:
            what = say("an end in which the duty falls away", language)
        clocks = listed((f"`{d.name}`" for d in p.deadlines if state in d.runs_in), language)
        rows.append([f"`{state.value}`", state.says, what, clocks])
    return markdown_table(head, rows)


def _steps(p: Procedure, language: str) -> str:
    head = [
        say("Name", language),
        say("In the text", language),
        say("By", language),
        say("Recorded in", language),
        say("Needs first", language),
        say("How long it counts", language),
        say("Clause", language),
        say("Form", language),
    ]
    return markdown_table(head, [_step(step, language) for step in p.steps])


def _step(step: Step[Any], language: str) -> list[str]:
    first = [
        *(need(wanted, language) for wanted in step.after),
        *(condition(only.when, language) for only in step.only),
    ]
    counts = [say("the whole case", language) if step.lasts == "case" else say("the round", language)]
    if step.often:
        counts.append(say("again and again", language))
    if step.latest:
        counts.append(say("the latest record speaks", language))
    if step.renews:
        counts.append(say("sets aside: {acts}", language, acts=acts(step.renews, language)))
    return [
        f"`{step.name}`",
        step.says,
        who(step.by, language),
        listed((label(state, language) for state in step.during), language),
        strung(first, language),
        strung(counts, language),
        step.clause,
        say("nobody types it", language) if isinstance(step.by, FromSub) else fields(step.form, language),
    ]


def _clocks(p: Procedure, language: str) -> str:
    head = [
        say("Clause", language),
        say("What is due", language),
        say("Counts from", language),
        say("Rung", language),
        say("Number", language),
        say("Number from", language),
        say("Who is told", language),
    ]
    rows = [
        [
            *(_clock(deadline, language) if no == 1 else ("", "", "")),
            str(no),
            *_rung(deadline, rung, language),
        ]
        for deadline in p.deadlines
        for no, rung in enumerate(deadline.ladder, start=1)
    ]
    return markdown_table(head, rows)


def _clock(d: Deadline, language: str) -> tuple[str, str, str]:
    runs = [say("in {states}", language, states=listed((label(s, language) for s in d.runs_in), language))]
    if d.until is not None:
        runs.append(say("until “{steps}”", language, steps=gate(d.until, language)))
    if d.when is not None:
        runs.append(say("while {condition}", language, condition=condition(d.when, language)))
    if d.move is not None:
        runs.append(say("then “{move}” by itself", language, move=label(d.move, language)))
    return d.clause, f"{d.says} `{d.name}`: {strung(runs, language)}", anchor(d, language)


def _rung(d: Deadline, rung: Rung, language: str) -> tuple[str, str, str]:
    number = length(rung.after, language, d.clock)
    if rung.source == "text":
        source = say("the text: can only be tightened", language)
    elif rung.between is None:
        source = say("default", language)
    else:
        low, high = (length(bound, language, d.clock) for bound in rung.between)
        source = say("default: {low} to {high}", language, low=low, high=high)
    told = roles(rung.tell, language)
    return number, source, say("{roles}: a breach", language, roles=told) if rung.breach else told


def _conditions(p: Procedure, language: str) -> str:
    here = vars(import_module(p.module)).values()
    mine = [cond for cond in conditions_named() if any(cond is thing for thing in here)]
    return "".join(f"- {condition(cond, language)}: {spelt_out(cond, language)}\n" for cond in mine)


def _persons(p: Procedure, language: str) -> str:
    lines = [(r.clause, apart(r, language), r.says) for r in p.aparts]
    lines += [(r.clause, _same(r, language), r.says) for r in p.sames]
    lines += [(r.clause, of_unit(r, language), r.says) for r in p.of_units]
    lines += [(r.clause, accused(AccusedNever(r.clause, r.named, r.but), language), r.says) for r in p.barred]
    return "".join(f"- **{clause}** {rule} ({say(says, language)})\n" for clause, rule, says in lines)


def _same(rule: Same, language: str) -> str:
    done = acts(rule.acts, language)
    if isinstance(rule.as_, Named):
        by = say("whoever is named in “{step}”", language, step=label(rule.as_.step, language))
    else:
        by = say("whoever did “{acts}”", language, acts=acts(rule.as_, language))
    if rule.or_roles:
        return say(
            "“{acts}” only by {who}, or {roles} instead.",
            language,
            acts=done,
            who=by,
            roles=roles(rule.or_roles, language),
        )
    return say("“{acts}” only by {who}.", language, acts=done, who=by)
