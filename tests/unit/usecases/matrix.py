"""Who gets what from every use case: read line by line against the requirements, and not derived from the role table.

One line for each use case, or for several that are alike; one letter for each of `PEOPLE`, in their order:

    y   it is done, shown, or stopped by something that has nothing to do with who asks
    e   it is done or shown, with nothing in it for this person
    r   refused, because of who asks
    n   what is asked for does not exist for this person

The second word of a line is what the same people of another organization get who ask for things of this one. Where it
is left out, nothing of this one exists for them; what asks for no thing in particular shows them their own.
"""

from collections.abc import Mapping

PEOPLE = (
    "administrator",  # W-02
    "manager",  # W-03
    "owner",  # an employee, of the activities, items and user that are asked for (W-04)
    "grantee",  # an employee who may read, approve and bill what is of the customer, by grants (T-09)
    "employee",  # another one
    "contact",  # of the customer, with the link of a request (B-05)
    "invitee",  # with the link of an invitation
    "system",  # the scheduler
    "deactivated",  # an administrator once, who holds grants (W-06)
    "nobody",  # a user who is not there
)
ADMINISTRATORS = "yrrrrrryrn"
MANAGERS = "yyrrrrryrn"

EXPECTED: Mapping[str, Mapping[str, str]] = {
    "access": {
        "allowed": "yyyyyyyyyn",
        "allowed_on": "yyyynnnyrn",
        "allowed_to_register": "yyyynnnynn",
        **dict.fromkeys(("grant", "grants_of", "grants_of_team", "grants_on", "withdraw"), MANAGERS),
        "mine": "eeeyeeeern",
    },
    "accounting": {
        **dict.fromkeys(("change", "connect", "disconnect"), ADMINISTRATORS),
        **dict.fromkeys(("connection", "questions", "runs", "sources"), MANAGERS),
        **dict.fromkeys(("decide", "dismiss"), "yyrrrrryrn nnrrrrrnrn"),
    },
    "activities": {
        **dict.fromkeys(("activate", "change", "end"), "yyrrnnnynn nnnnnnnnnn"),
        **dict.fromkeys(("add", "add_for"), MANAGERS),
        "get": "yyyynnnynn",
        "list": "yyyeeeeyrn",
        "mine": "eeyeeeeern",
    },
    "approval": {
        **dict.fromkeys(("approve", "reject"), "yyrynnnrrn nnnnnnnnrn"),
        **dict.fromkeys(("approve_all", "inbox", "reject_all", "waiting"), "yyeyeeeern"),
        "comment": "yyyynnnrrn nnnnnnnnrn",
        **dict.fromkeys(("comments", "decisions", "history", "timesheet", "timesheet_pdf"), "yyyynnnyrn"),
        "remove_comment": "rryrnnnrrn nnnnnnnnnn",
        **dict.fromkeys(("reopen", "waive"), "yyrrnnnrrn nnnnnnnnrn"),
        **dict.fromkeys(("revise", "submit_items", "withdraw"), "rryrnnnrrn nnnnnnnnrn"),
        "submit": "eeyeerrrrn",
    },
    "audit": {
        **dict.fromkeys(("head", "records", "seal", "verify"), MANAGERS),
        "history": "yynnnnnyrn eennnnnern",
    },
    "billing": {
        **dict.fromkeys(("cancel", "confirm"), "yyrrrrrrrn nnrrrrrnrn"),
        "change_seller_profile": ADMINISTRATORS,
        **dict.fromkeys(
            (
                "change_terms",
                "hand_over",
                "invoice",
                "invoice_pdf",
                "invoices",
                "of_item",
                "propose",
                "rounding",
                "seller_profile",
                "set_rounding",
                "specification",
                "specification_pdf",
                "terms",
            ),
            MANAGERS,
        ),
        **dict.fromkeys(("explain", "why"), "yyyynnnyrn"),
        **dict.fromkeys(("held_up", "unbilled", "unbilled_lines"), "yyyyerrrrn"),
        "missing_work": "yyyyyrrrrn",
    },
    "contacts": {
        **dict.fromkeys(("add", "change", "delete", "end", "get", "list", "of_customer", "resume"), MANAGERS),
    },
    "customers": {
        **dict.fromkeys(("add", "add_business", "add_private", "has_pin", "internal", "list", "set_pin"), MANAGERS),
        **dict.fromkeys(("archive", "change", "delete", "get", "restore"), "yyrrnnnyrn nnnnnnnnnn"),
        "summaries": "yyyyeeeyrn",
        "summary": "yyyynnnyrn nnnnnnnnnn",
    },
    "entries": {
        **dict.fromkeys(("delete", "edit_expense"), "rryrnnnrrn nnnnnnnnrn"),
        "edit_time": "rryrnrrrrn nnnnnrrrrn",
        "get": "yyyynnnyrn",
        "list": "yyyyeeeyrn",
        **dict.fromkeys(("register_expense", "register_time", "register_times"), "nnynnrrrrn"),
    },
    "exports": {
        **dict.fromkeys(("customers", "invoices", "requests"), MANAGERS),
        **dict.fromkeys(("hours", "totals"), "yyyyeeeyrn"),
        "unbilled": "yyyyerrrrn",
    },
    "imports": {
        **dict.fromkeys(("apply", "plan_customers"), MANAGERS),
    },
    "notifications": {
        **dict.fromkeys(
            ("add_template", "change_template", "preview", "remove_template", "template_values", "templates"), MANAGERS
        ),
        **dict.fromkeys(("dead", "drop", "retry"), ADMINISTRATORS),
    },
    "organizations": {
        "billing_details": MANAGERS,
        "brand": "yyyyyyyyrn",
        **dict.fromkeys(("change", "change_billing_details", "change_brand"), ADMINISTRATORS),
        **dict.fromkeys(("get", "next_setup_step"), "yyyyyrryrn"),
    },
    "overviews": {
        **dict.fromkeys(("customer", "employee", "project"), "yyyynnnyrn nnnnnnnnnn"),
        "hours": "yyyyeeeyrn",
        "organization": MANAGERS,
    },
    "privacy": {
        **dict.fromkeys(
            ("change_retention", "erase_person", "erasures", "export_person", "plan_retention"), ADMINISTRATORS
        ),
        **dict.fromkeys(("change_hold", "holds", "lift_hold", "place_hold", "plan_erasure"), ADMINISTRATORS),
        "retention": MANAGERS,
    },
    "projects": {
        "add": MANAGERS,
        **dict.fromkeys(("budget", "get"), "yyyynnnyrn nnnnnnnnnn"),
        **dict.fromkeys(("change", "delete"), "yyrrnnnyrn nnnnnnnnnn"),
        "list": "yyyyeeeyrn",
    },
    "rates": {
        **dict.fromkeys(
            (
                "add_instalment",
                "budget",
                "change_instalment",
                "explain",
                "fill_in",
                "fill_in_all",
                "instalments",
                "remove",
                "remove_instalment",
                "remove_markup",
                "set",
                "set_budget",
                "set_markup",
            ),
            MANAGERS,
        ),
        **dict.fromkeys(("markups_on", "on"), "yyrrrrryrn eerrrrrern"),
    },
    "signoff": {
        **dict.fromkeys(
            (
                "counts",
                "evidence",
                "evidence_pdf",
                "get",
                "items",
                "list",
                "offer",
                "overview",
                "redirect",
                "remind",
                "remind_many",
                "renew",
                "request_timesheet_pdf",
                "verify",
                "withdraw",
            ),
            MANAGERS,
        ),
        **dict.fromkeys(("decide", "enter_pin", "language", "shown", "timesheet_pdf"), "nnnnnynnnn"),
        "decide_on_behalf": "yyrrrrrrrn nnrrrrrnrn",
        "of_item": "yyrrnnnyrn nnnnnnnnrn",
    },
    "teams": {
        **dict.fromkeys(("add", "change", "remove"), ADMINISTRATORS),
        **dict.fromkeys(("get", "list"), MANAGERS),
    },
    "users": {
        **dict.fromkeys(("accept_invitation", "invitation"), "nnnnnnynnn"),
        **dict.fromkeys(
            (
                "add",
                "change",
                "deactivate",
                "invitations",
                "invite",
                "reactivate",
                "remove",
                "resend_invitation",
                "withdraw_invitation",
            ),
            ADMINISTRATORS,
        ),
        "get": "yyynnnnynn",
        "list": MANAGERS,
        "me": "yyyyynnnrn",
    },
}


def expected_here(row: str) -> str:
    """What the people of the organization get."""
    return row.partition(" ")[0]


def expected_elsewhere(row: str, *, names_things: bool) -> str:
    """What the people of another organization get.

    Args:
        row: Of the table.
        names_things: Whether the use case is asked for a thing of this organization.
    """
    here, _, elsewhere = row.partition(" ")
    if elsewhere or not names_things:
        return elsewhere or here
    return here.replace("y", "n").replace("e", "n")
