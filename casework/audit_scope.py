"""What an examination of the record covers, table by table, and what it cannot show, with the reason.

`PROVED` and `NOT_PROVED` together are all the tables there are; a test sees to it, so that a new table cannot be forgotten.
"""

from collections.abc import Mapping

PROVED: Mapping[str, str] = {
    "event": "the case's chain, to its sealed end",
    "cases": "the events, and the seal of the last one",
    "deadline": "the events and the law",
    "party": "the sealed evidence",
    "blind_index": "the sealed evidence",
    "case_key": "the master key, and the event of its disposal",
    "attachment": "the events",
    "archive_record": "the events",
    "reading": "the events",
    "link": "the events",
    "receipt": "the events",
    "instrument": "the events",
    "taken_number": "the events",
    "finding": "the events",
    "register_counter": "the cases, a seal, and the office's chain",
    "edition_used": "the cases and the law",
    "refusal": "the chain of refusals, to its sealed end",
    "office_event": "the office's chain, to its sealed end",
    "anchor": "the chain of anchors, to its sealed end",
    **dict.fromkeys(
        (
            "office", "unit", "person", "person_role", "person_token", "absence", "roster_slot", "office_setting", "day_override", "undertaking",
            "interpretation", "edition_approval", "office_key", "house_rule", "listed_guest", "delegation",
        ),
        "the office's chain",
    ),
}  # fmt: skip
"""By table, what its rows are compared with."""

NOT_PROVED: Mapping[str, str] = {
    "alarm": "Who was told by an alarm is not part of a chain; who answered for one about a case is.",
    "visit": "For when a visit is planned stands in the record of the case; the row that steers its run does not, and may be moved.",
    "outbox": "What waits to be told to the outside is not part of a chain: an entry may be removed before it is sent.",
    "command": "What a repeated command is answered is not part of a chain; that the act was done once is.",
    "import_row": "A row of an older register that was refused has no case, and leaves no event; one that became a case is compared with it.",
    "heartbeat": "Signs of life and what was last delivered are written over and over.",
    "store_mark": "Of the marks of the database only the sealed ends of the chains are proved; what else is there makes a process read again, or no more.",
}
"""Tables of which at least a part cannot be proved, and why. Said with every report."""

NOT_PROVED_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "deadline": {
        "status": "A rung of a deadline that was set aside after failing is no event; it stays visible until it is taken up again.",
        "due_at": "A due time counted in working days that no longer runs follows the office's calendar of its time; that it moved is an event.",
        "provisional": "A due time counted in working days that no longer runs follows the office's calendar of its time; that it moved is an event.",
        **dict.fromkeys(
            ("attempts", "error_code", "claimed_by", "lease_until"),
            "Which process works on a deadline, and how often it failed, is written over and over.",
        ),
    },
    "archive_record": dict.fromkeys(
        ("bag_name", "payload_sha256"), "The files of attachments and the bags of the archive are compared with the record when they are opened or verified, not here."
    ),
    "office_key": dict.fromkeys(("wrapped", "master_id"), "By which master key a key of an office is wrapped changes with a rotation; that it opens is seen where it is used."),
}  # fmt: skip
"""Single columns of proved tables that are not, and why; also `id` where nothing refers to it."""

ALWAYS = (
    "Whoever has the oldest master key can write a record anew so that it fits.",
    "Whoever puts an older copy in the place of the whole database, or of one case with its seal, shows only beside anchors kept elsewhere.",
    "What was recorded before this version was sealed when the database was brought to it, as it stood then.",
    "That what was recorded is true.",
)

CANNOT_PROVE = tuple(
    dict.fromkeys(
        (
            *ALWAYS,
            *NOT_PROVED.values(),
            *(why for columns in NOT_PROVED_COLUMNS.values() for why in columns.values()),
        )
    )
)
"""What no examination of this database can show, said with every report."""
