"""What screens and the command line read. Nothing is locked, nothing is written, nothing sealed is opened."""

from casework.case_views import (
    CaseView,
    Happened,
    LinkView,
    MoveView,
    NoticeView,
    RefusalView,
    StepView,
    VisitView,
)
from casework.queries_case import case_view
from casework.queries_due import due_list, limits_table
from casework.queries_lists import list_cases
from casework.queries_told import alarm_list, refusal_counts
from casework.sight import visible_case
from casework.views import AlarmView, CasePage, CaseRow, DueView, LimitRow, RefusalCount

__all__ = [
    "AlarmView",
    "CasePage",
    "CaseRow",
    "CaseView",
    "DueView",
    "Happened",
    "LimitRow",
    "LinkView",
    "MoveView",
    "NoticeView",
    "RefusalCount",
    "RefusalView",
    "StepView",
    "VisitView",
    "alarm_list",
    "case_view",
    "due_list",
    "limits_table",
    "list_cases",
    "refusal_counts",
    "visible_case",
]
