"""What lies in a bag: `data/dossier.json` and `data/dossier.md` for anyone, and under `data/sealed/` what needs the case's key.

`evidence.bin` is one sealed JSON text of all that people said and who they are; each attachment is a sealed file of its own, so that no
more than one has to fit into memory. Every seal names bag and file.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from casework import attachments
from casework.bags import info_of
from casework.dossier import Papers, dossier
from casework.dossier_page import page
from casework.errors import WrongKey
from casework.intake import number_of
from casework.keys import open_sealed, seal
from casework.readings import narrative_of, parties_of
from states.fingerprint import fingerprint

EVIDENCE = "data/sealed/evidence.bin"
FORMAT = "duecourse evidence 1"
HEAD_SEQ, HEAD_HASH = "Duecourse-Head-Seq", "Duecourse-Head-Hash"


@dataclass(frozen=True)
class Inside:
    """What is to lie in the bag of one case. `folder`: where its sealed attachments are now."""

    papers: Papers
    evidence: Mapping[str, Any]
    folder: Path

    @property
    def ref(self) -> str:
        """The case's reference."""
        return self.papers.hand.ref

    @property
    def head(self) -> tuple[int, bytes]:
        """Number and hash of the last event that is in it."""
        return self.papers.hand.head_seq, self.papers.hand.head_hash

    def write(self, target: Path, bag: str, at: datetime, language: str) -> None:
        """Write the payload under `target`. Raises OSError, and StoreProblem when an attachment is gone."""
        hand = self.papers.hand
        (target / "data" / "sealed").mkdir(parents=True)
        told = dossier(self.papers, at)
        (target / "data" / "dossier.json").write_text(
            json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        (target / "data" / "dossier.md").write_text(page(told, hand.procedure, language), encoding="utf-8")
        (target / EVIDENCE).write_bytes(seal(hand.key, _text(self.evidence), _aad(bag, EVIDENCE)))
        files = iter(self.evidence["attachments"])
        for papers in self.papers.everyone():
            for row in papers.attachments:
                target_file, content = (
                    next(files)["file"],
                    attachments.open_file(papers.hand, row, self.folder).content,
                )
                (target / target_file).write_bytes(seal(hand.key, content, _aad(bag, target_file)))

    def info(self, bag: str, at: datetime) -> dict[str, str]:
        """What the bag says of itself (`bag-info.txt`)."""
        law, (seq, digest) = self.papers.hand.procedure, self.head
        return {
            "External-Identifier": self.ref,
            "Internal-Sender-Identifier": bag,
            "Bagging-Date": self.papers.hand.office.calendar.local_day(at).isoformat(),
            "Bag-Software-Agent": "duecourse",
            "Duecourse-Procedure": law.name,
            "Duecourse-Edition": law.edition.isoformat(),
            "Duecourse-Edition-Fingerprint": fingerprint(law),
            HEAD_SEQ: str(seq),
            HEAD_HASH: digest.hex(),
        }

    def is_in(self, folder: Path, bag: str) -> bool:
        """Whether a whole bag holds exactly this. Opens every seal."""
        told = info_of(folder)
        if (told.get(HEAD_SEQ), told.get(HEAD_HASH)) != (str(self.head[0]), self.head[1].hex()):
            return False
        try:
            evidence, _ = opened(folder, bag, self.papers.hand.key, contents=False)
        except (OSError, WrongKey):
            return False
        return _text(evidence) == _text(self.evidence)


def inside(connection: Connection, papers: Papers, folder: Path) -> Inside:
    """Open what the database keeps sealed of a case in hand. It is sealed again in the bag, and nothing of it is written in between."""
    files = [(one.hand, row) for one in papers.everyone() for row in one.attachments]
    attached = [
        {"file": f"data/sealed/attachment-{no:04}.bin", "ref": hand.ref, "name": attachments.name_of(hand, row), "media_type": row.media_type,
         "sha256": row.sha256, "size": row.size, "seq": row.event_seq}
        for no, (hand, row) in enumerate(files, start=1)
    ]  # fmt: skip
    return Inside(
        papers, {"format": FORMAT, **_opened_case(connection, papers), "attachments": attached}, folder
    )


def _opened_case(connection: Connection, papers: Papers) -> dict[str, Any]:
    hand = papers.hand
    handles = {number: handle for handle, number in hand.office.people.items()}
    return {
        "ref": hand.ref,
        "number": number_of(connection, hand),
        "parties": [
            {"kind": p.kind, "no": p.no, "identity": p.identity.model_dump(mode="json") if p.identity else None,
             "person": handles.get(p.person) if p.person else None, "speaks_for_all": p.speaks_for_all}
            for p in parties_of(connection, hand)
        ],
        "events": [{"seq": e.seq, "name": e.name, "words": e.words} for e in narrative_of(connection, hand)],
        "sub_cases": [_opened_case(connection, sub) for sub in papers.subs],
    }  # fmt: skip


def opened(
    folder: Path, bag: str, key: bytes, *, contents: bool
) -> tuple[Mapping[str, Any], dict[str, bytes]]:
    """The evidence of a bag and, where asked for, the contents of its attachments by file.

    Every attachment is opened and compared with its digest in any case. Raises WrongKey when something does not open or differs.
    """
    evidence: Mapping[str, Any] = json.loads(
        open_sealed(key, (folder / EVIDENCE).read_bytes(), _aad(bag, EVIDENCE))
    )
    found: dict[str, bytes] = {}
    for file in evidence["attachments"]:
        content = open_sealed(key, (folder / file["file"]).read_bytes(), _aad(bag, file["file"]))
        if hashlib.sha256(content).hexdigest() != file["sha256"]:
            raise WrongKey("A file of the bag is not the one that was attached.")
        if contents:
            found[file["file"]] = content
    return evidence, found


def _text(evidence: Mapping[str, Any]) -> bytes:
    return json.dumps(evidence, ensure_ascii=False, sort_keys=True).encode()


def _aad(bag: str, file: str) -> bytes:
    return f"{bag}:{file}".encode()
