"""Which procedures and roles an office of a kind has."""

import datetime as dt

from casework.kinds import kinds, names_of, own_procedures_of, procedures_of, roles_of_kind, rostered

DAY = dt.date(2026, 3, 2)


def test_a_common_procedure_counts_only_where_an_own_procedure_starts_it() -> None:
    assert names_of("property") == {
        "common.followup",
        "property.callout",
        "property.complaint",
        "property.missed_call",
        "property.opinion",
    }
    assert names_of("bureau") == {"bureau.complaint", "bureau.measure"}
    assert [law.name for law in procedures_of("bureau", DAY)] == ["bureau.complaint", "bureau.measure"]
    assert "common.followup" not in {law.name for law in own_procedures_of("property", DAY)}


def test_a_bureau_is_not_asked_for_the_roles_of_a_property_office() -> None:
    assert list(roles_of_kind("bureau")) == [
        "assigned", "auditor", "custodian", "group_head", "member", "official", "party_group", "superior_body",
    ]  # fmt: skip
    assert not set(roles_of_kind("property")) & set(roles_of_kind("bureau"))
    assert kinds() == ("bureau", "hotel", "property")


def test_who_manages_a_sub_case_does_not_manage_the_office() -> None:
    """A department's manager acknowledges what is serious, and the owner what is about the general manager."""
    assert {"hotel.escalation", "hotel.manager_escalation", "hotel.owner_escalation"} < names_of("hotel")
    assert [(law.name, law.manager.name) for law in own_procedures_of("hotel", DAY)] == [
        ("hotel.complaint", "general_manager")
    ]
    assert [law.name for law in own_procedures_of("bureau", DAY)] == ["bureau.complaint"]


def test_a_role_of_a_roster_is_known_by_its_name() -> None:
    assert rostered() == {"duty_manager"}
