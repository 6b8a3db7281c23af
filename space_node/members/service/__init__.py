"""Writes about the people of this space: accounts and sign-in, members, the import of members."""

from space_node.members.service.accounts import (
    KIND,
    TABLES,
    Role,
    add_account,
    member_link,
    sign_in_link,
    sign_in_service,
)
from space_node.members.service.imports import (
    Comparison,
    Outcome,
    compare,
    drop_draft,
    drop_old_drafts,
    import_rows,
    keep_draft,
)
from space_node.members.service.people import add_member, end_memberships

__all__ = [
    "KIND",
    "TABLES",
    "Comparison",
    "Outcome",
    "Role",
    "add_account",
    "add_member",
    "compare",
    "drop_draft",
    "drop_old_drafts",
    "end_memberships",
    "import_rows",
    "keep_draft",
    "member_link",
    "sign_in_link",
    "sign_in_service",
]
