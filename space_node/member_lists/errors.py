"""Refusals about lists of members."""

from collections.abc import Sequence

from shared.errors import Conflict, FieldFault, Invalid
from shared.marking import N_
from shared.sheets.errors import RowFault

SHOWN_FAULTS = 100


class MembersChanged(Conflict):
    """Somebody else changed members while these were taken in; nothing was imported."""

    slug = "members-changed"
    title = N_("The members were changed meanwhile")
    sentence = N_("Somebody else changed members at the same time. Nothing was imported; try again.")


class MappingRefused(Invalid):
    """It is not clear what the columns are; the detail says which."""

    slug = "import-mapping-refused"
    title = N_("It is not clear what the columns are")
    sentence = N_("Say which column holds what.")


class NotChecked(Invalid):
    """The columns were changed after the preview that was looked at."""

    slug = "import-not-checked"
    title = N_("Look at the numbers once more")
    sentence = N_("You have changed what the columns are. These are the numbers with your change; nothing was imported yet.")


class RowsRefused(Invalid):
    """Some rows are wrong, so none was taken. `faults` has all of them, `errors` the first hundred."""

    slug = "import-rows-refused"
    title = N_("Some rows are wrong")
    sentence = N_("%(count)s values are wrong, so nothing was imported.")

    def __init__(self, faults: Sequence[RowFault]) -> None:
        """Carry every fault."""
        self.faults = list(faults)
        errors = [
            FieldFault(pointer=f"/{fault.line}/{fault.column}", detail=fault.reason) for fault in self.faults[:SHOWN_FAULTS]
        ]
        super().__init__(errors=errors, count=len(self.faults))
