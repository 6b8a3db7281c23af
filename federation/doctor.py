"""What is looked at in a hub beside what every service has."""

from federation.config import CHARTER_FILE, HubSettings
from federation.db import Mail, ReconcilerRun
from federation.operators import queries as operators
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


def people(patient: Patient) -> Found:
    """Two operators can admit a space at once."""
    count = patient.look(operators.count)
    add = "Run: federation operators add"
    if count == 0:
        return fault("The network has no operator.", "Run: federation init")
    return warning("There is one operator, who waits a day for each admission.", add) if count == 1 else ok(f"{count} operators.")


CHECKS = (*COMMON, worker_of(ReconcilerRun), mail_of(Mail), Check("charter", charter), Check("operators", people))
