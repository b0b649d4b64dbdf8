"""The dossier as a page of plain Markdown, which anybody can open in fifty years without a program of ours."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from states.editions import edition
from states.procedure import Procedure
from states.words import label, listed, plain, say


def page(dossier: Mapping[str, Any], law: Procedure, language: str) -> str:
    """The dossier (`casework.dossier`) in a language, the sub-cases after it; times in the office's zone."""
    pages = ["\n".join(_Page(dossier, law, language).lines()) + "\n"]
    pages += [page(sub, edition(sub["procedure"], sub["edition"]), language) for sub in dossier["sub_cases"]]
    return "\n".join(pages)


class _Page:
    def __init__(self, dossier: Mapping[str, Any], law: Procedure, language: str) -> None:
        self.dossier, self.language = dossier, language
        self.zone = ZoneInfo(dossier["zone"])
        self.labels = (
            {a.name: label(a, language) for a in law.acts}
            | {d.name: label(d, language) for d in law.deadlines}
            | {law.name: label(law, language)}
        )
        self.states = {s.value: label(s, language) for s in law.states}
        self.roles = {r.name: label(r, language) for r in law.roles()}

    def lines(self) -> Iterator[str]:
        d = self.dossier
        yield f"# {self._say('Dossier of case {ref}', ref=d['ref'])}"
        yield ""
        yield f"{self.labels[d['procedure']]} ({d['says']}), {self._say('edition of {edition}', edition=d['edition'])}"
        if d["bases"]:
            yield self._say("Legal bases: {bases}.", bases=listed(d["bases"], self.language))
        yield ""
        yield self._say(
            "Received {at}; now {state}; rounds: {rounds}.",
            at=self._at(d["received_at"]),
            state=self.states[d["state"]],
            rounds=d["rounds"],
        )
        yield self._say("Names and what people said are not in this page: they lie sealed beside it.")
        yield ""
        yield from self._timeline()
        yield from self._compliance()
        yield from self._chain()

    def _timeline(self) -> Iterator[str]:
        yield f"## {self._say('What happened')}"
        yield ""
        yield from self._head("No.", "Happened", "Recorded", "What", "By", "Leads to", "In plain")
        for e in self.dossier["events"]:
            what = f"{self._say(_KINDS.get(e['kind'], e['kind']))}: {self.labels.get(e['name'], plain(e['name']))}"
            if e["superseded_by"]:
                what += f" ({self._say('superseded by no. {seq}', seq=e['superseded_by'])})"
            recorded = self._at(e["recorded_at"]) if e["recorded_late"] else ""
            leads = self.states.get(e["to"], e["to"]) if e["from"] != e["to"] else ""
            yield _row(
                [
                    e["seq"],
                    self._at(e["happened_at"]),
                    recorded,
                    what,
                    self._by(e),
                    leads,
                    _fields(e["evidence"]),
                ]
            )
        yield ""

    def _compliance(self) -> Iterator[str]:
        yield f"## {self._say('Clause by clause')}"
        for part in self.dossier["compliance"]:
            yield ""
            yield f"### {part['clause']}"
            yield ""
            yield f"> {part['words']}"
            yield ""
            if part["done"]:
                yield from self._head("Done", "Happened", "By", "Remark")
                for e in part["done"]:
                    remark = [self._say("recorded late")] if e["recorded_late"] else []
                    remark += (
                        [self._say("superseded by no. {seq}", seq=e["superseded_by"])]
                        if e["superseded_by"]
                        else []
                    )
                    yield _row(
                        [
                            f"{e['seq']}. {self.labels[e['act']]} ({e['says']})",
                            self._at(e["happened_at"]),
                            self._by(e),
                            ", ".join(remark),
                        ]
                    )
                yield ""
            if part["deadlines"]:
                yield from self._head("Clock", "Counted from", "Due", "Done", "Outcome", "Number")
                for d in part["deadlines"]:
                    name = f"{self.labels.get(d['deadline'], d['deadline'])} {d['rung'] + 1}"
                    done = self._at(d["done_at"]) if d["done_at"] else ""
                    yield _row(
                        [
                            name,
                            self._at(d["counted_from"]),
                            self._at(d["due_at"]),
                            done,
                            self._say(d["standing"]),
                            self._say(d["source"]),
                        ]
                    )
                yield ""
            if part["not_done"]:
                yield self._say(
                    "Not done in this case: {acts}.",
                    acts=", ".join(self.labels[a["act"]] for a in part["not_done"]),
                )

    def _chain(self) -> Iterator[str]:
        chain = self.dossier["chain"]
        yield ""
        yield f"## {self._say('The chain')}"
        yield ""
        yield self._say(
            "Each event is tied to the one before it ({made_with}).", made_with=chain["made_with"]
        )
        yield ""
        yield from (f"    {e['seq']:>4}  {e['hash']}" for e in self.dossier["events"])

    def _by(self, event: Mapping[str, Any]) -> str:
        roles = ", ".join(self.roles.get(role, plain(role)) for role in event["roles"])
        by = self._say(event["by"]) if event["by"] in _MECHANISMS else event["by"]
        return f"{by} ({roles})" if roles else by

    def _head(self, *titles: str) -> Iterator[str]:
        yield _row([self._say(title) for title in titles])
        yield _row(["---"] * len(titles))

    def _at(self, moment: str) -> str:
        return datetime.fromisoformat(moment).astimezone(self.zone).isoformat(sep=" ", timespec="seconds")

    def _say(self, msgid: str, **params: object) -> str:
        return say(msgid, self.language, **params)


_MECHANISMS = frozenset({"clock", "prefect", "sub", "import", "withheld"})
_KINDS = {
    "recorded": "recorded",
    "moved": "moved",
    "corrected": "corrected",
    "opened": "opened",
    "breached": "not in time",
    "reminded": "reminded",
    "attached": "attached",
}


def _row(cells: Sequence[object]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _fields(evidence: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}: {_value(value)}" for name, value in evidence.items())


def _value(value: object) -> str:
    return (
        ", ".join(str(v) for v in value)
        if isinstance(value, Iterable) and not isinstance(value, str)
        else str(value)
    )
