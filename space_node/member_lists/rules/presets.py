"""Headings of other software, only where its maker documents them on a public page, which each preset names.

Those pages document the sheet of members that the product's own import takes. What a product exports may have further
columns: they are left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from space_node.member_lists.rules.fields import Field


@dataclass(frozen=True, slots=True)
class Preset:
    """The headings of one product: `needed` must be there, `fields` says what each is; all other columns are left out."""

    product: str
    source: str
    fields: Mapping[str, Field]
    needed: frozenset[str]


def _fields(**headings: str) -> dict[str, Field]:
    return {heading: Field(field) for field, heading in headings.items()}


PRESETS: dict[str, Preset] = {
    "nexudus": Preset(
        "Nexudus",
        "https://support.nexudus.com/hc/en-us/articles/360017471917-Import-Template-Files-Details",
        _fields(name="FullName", email="Email", status="Active", plan="Plan", starts_on="ContractStartDate"),
        frozenset({"FullName", "Email"}),
    ),
    "officernd": Preset(
        "OfficeRnD",
        "https://help.officernd.com/hc/en-us/articles/360001731853-Import-Members",
        _fields(name="Name", email="Email", company="Company", plan="Plan", starts_on="Start Date", ends_on="End Date"),
        frozenset({"Name", "Email", "Start Date"}),
    ),
    "cobot": Preset(
        "Cobot",
        "https://helpcenter.cobot.me/en/articles/8300359-importing-your-existing-members-into-cobot",
        _fields(name="Name", email="Email", company="Company", plan="Plan Name", starts_on="Start Date"),
        frozenset({"Name", "Email", "Plan Name"}),
    ),
    "optix": Preset(
        "Optix",
        "https://support.optixapp.com/en/articles/4755630-how-do-i-bulk-import-users-into-optix",
        _fields(first_name="First name", last_name="Last name", company="Company", email="Email"),
        frozenset({"First name", "Last name", "Email"}),
    ),
}
