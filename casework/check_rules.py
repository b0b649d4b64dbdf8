"""Whether an office works by rules that are approved and in force: its editions (B15, B16), and the laws they rest on (B1)."""

from collections.abc import Iterator

from casework.check_roles import Checked
from casework.editions_approved import is_approved, is_changed
from casework.findings import Finding, Param
from casework.kinds import editions_of
from states.law.bases import outdated_in
from states.procedure import Procedure

_RESTORE = (
    "Put its file back as it was, and write the change as a new edition: `duecourse new-edition {name} DATE`."
)
_APPROVE = (
    "`duecourse edition approve {name} {edition} --minute NUMBER --on DAY`, by somebody with the role {role}."
)


def rule_findings(checked: Checked) -> Iterator[Finding]:
    """Yield what is wrong with the rules an office works by."""
    for law in editions_of(checked.office.kind):
        if is_changed(checked.office, law):
            sentence = "The edition {edition} of {procedure} is no longer the text that was approved."
            yield Finding("error", sentence, "B16", _RESTORE, _params(law))
        elif law in checked.procedures and not is_approved(checked.office, law, checked.day):
            sentence = "The edition {edition} of {procedure} is in force and was not approved."
            yield Finding("error", sentence, "B16", _APPROVE, _params(law))
    yield from _bases(checked)


def _params(law: Procedure) -> dict[str, Param]:
    found: dict[str, Param] = {"procedure": law, "name": law.name, "edition": law.edition}
    return found | ({"role": law.approved_by} if law.approved_by is not None else {})


def _bases(checked: Checked) -> Iterator[Finding]:
    """Laws named by the text that are no longer called so, unless the office says what holds today."""
    said = str(checked.office.setting("legal_bases", checked.day, ""))
    bases = tuple(dict.fromkeys(words for law in checked.procedures for words in law.bases))
    for law in outdated_in(bases):
        if law.today in said:
            continue
        sentence = (
            "The law {named}, which the text names, was replaced by {today}."
            if law.fault == "replaced"
            else "The law {named}, which the text names, is called {today}."
        )
        hint = "The text's words are kept; name the law that holds today in the setting `legal_bases`."
        yield Finding("warning", sentence, "B1", hint, {"named": law.named, "today": law.today})
