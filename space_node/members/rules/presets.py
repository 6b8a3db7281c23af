"""Headings of other software, only where its maker documents them on a public page, which each preset names.

Those pages document the sheet of members that the product's own import takes. What a product exports may have further
columns: they are left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from space_node.members.rules.fields import Field


@dataclass(frozen=True, slots=True)
class Preset:
    """The headings of one product: `needed` must be there, `fields` says what each is; all other columns are left out."""

    product: str
    source: str
    fields: Mapping[str, Field]
    needed: frozenset[str]


PRESETS: dict[str, Preset] = {
    "nexudus": Preset(
        "Nexudus",
        "https://support.nexudus.com/hc/en-us/articles/360017471917-Import-Template-Files-Details",
        {
            "FullName": Field.NAME,
            "Email": Field.EMAIL,
            "Active": Field.STATUS,
            "Plan": Field.PLAN,
            "ContractStartDate": Field.STARTS_ON,
        },
        frozenset({"FullName", "Email"}),
    ),
    "officernd": Preset(
        "OfficeRnD",
        "https://help.officernd.com/hc/en-us/articles/360001731853-Import-Members",
        {
            "Name": Field.NAME,
            "Member Name": Field.NAME,
            "Email": Field.EMAIL,
            "Company": Field.COMPANY,
            "Plan": Field.PLAN,
            "Start Date": Field.STARTS_ON,
            "End Date": Field.ENDS_ON,
        },
        frozenset({"Email", "Start Date"}),
    ),
    "cobot": Preset(
        "Cobot",
        "https://helpcenter.cobot.me/en/articles/8300359-importing-your-existing-members-into-cobot",
        {
            "Name": Field.NAME,
            "Member Name": Field.NAME,
            "Company": Field.COMPANY,
            "Email": Field.EMAIL,
            "Plan Name": Field.PLAN,
            "Start Date": Field.STARTS_ON,
        },
        frozenset({"Email", "Plan Name"}),
    ),
    "optix": Preset(
        "Optix",
        "https://support.optixapp.com/en/articles/4755630-how-do-i-bulk-import-users-into-optix",
        {
            "First name": Field.FIRST_NAME,
            "Last name": Field.LAST_NAME,
            "Company": Field.COMPANY,
            "Email": Field.EMAIL,
        },
        frozenset({"First name", "Last name", "Email"}),
    ),
}
