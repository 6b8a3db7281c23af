"""What is looked at in a hub beside what every service has."""

from federation.config import CHARTER_FILE, ROOT_LOST, HubSettings
from federation.db import Mail, ReconcilerRun
from federation.operators import queries as operators
from federation.spaces import queries as spaces
from shared.doctor import Check, Found, Patient, fault, ok, warning
from shared.doctor.checks import COMMON, mail_of, worker_of


def charter(patient: Patient) -> Found:
    """The charter can be read, and is the network's own."""
    settings = patient.settings
    assert isinstance(settings, HubSettings)
    try:
        text = settings.charter_file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return fault(
            f"{settings.charter_file} cannot be read.", "Set HUB_CHARTER_FILE to a text in UTF-8 that the service may read."
        )
    if settings.charter_file == CHARTER_FILE:
        return warning(
            "The charter is the sample that comes with Twindesk.", "Write your own before the first invite: HUB_CHARTER_FILE."
        )
    return ok(f"Version {settings.charter_version}, {len(text)} characters.")


def root_key(patient: Patient) -> Found:
    """The key by which the spaces know this hub is here."""
    folder, count = patient.settings.data_dir / "keys", patient.look(lambda session: len(spaces.everyone(session)))
    is_here = any((folder / "root").glob("*.json"))
    if count and not is_here:
        return fault(ROOT_LOST.format(folder=folder), "Correct DATA_DIR, or: federation restore")
    return ok("It is here." if is_here else "It is made by federation init.")


def people(patient: Patient) -> Found:
    """Two operators can admit a space at once."""
    count = patient.look(operators.count)
    add = "Run: federation operators add"
    if count == 0:
        return fault("The network has no operator.", "Run: federation init")
    return warning("There is one operator, who waits a day for each admission.", add) if count == 1 else ok(f"{count} operators.")


OWN = (Check("charter", charter), Check("root key", root_key), Check("operators", people))
CHECKS = (*COMMON, worker_of(ReconcilerRun), mail_of(Mail), *OWN)
