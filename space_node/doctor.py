"""What is looked at in a node beside what every service has."""

from shared.doctor import Check, Found, Patient, Skipped, fault, ok, warning
from shared.doctor.checks import COMMON, mail_of, worker_of
from shared.errors import Refusal
from shared.keys.errors import KeySetInvalid
from shared.keys.key_set import read_key_set
from shared.machine_session import SKEW_STOP_SECONDS, SKEW_WARN_SECONDS, read_object, skew_of
from shared.protocol.spaces import Service
from shared.protocol.version import BASE_PATH
from shared.schemas import load
from space_node.accounts import queries as accounts
from space_node.db import Mail, ReconcilerRun
from space_node.uplink import queries as uplink


def network(patient: Patient) -> Found:
    """The space has joined a network and is in good standing."""
    own = patient.look(uplink.identity)
    if own is None or own.joined_at is None:
        return warning("This space has not joined a network.", "Run: space-node join, with an invite of the network's operator.")
    if own.state not in uplink.LIVE_STATES:
        return fault(f"{own.slug} is {own.state}: {own.state_reason}", "Ask the network's operator.")
    return ok(f"{own.slug} is {own.state} in {own.network}.")


def hub(patient: Patient) -> Found:
    """The hub answers from here, is the one that was joined, and its clock is ours."""
    own = patient.look(uplink.identity)
    if own is None:
        raise Skipped("this space has not joined a network")
    try:
        answer = patient.transport.request("GET", own.hub + BASE_PATH)
        about = load(Service, read_object(answer))
        read_key_set(about["key_set"], slug="hub", pinned_root=own.hub_root_thumbprint)
    except KeySetInvalid:
        return fault(
            f"{own.hub} has another key than the hub that was joined.",
            "Trust nothing from there. Ask the operator by another way.",
        )
    except Refusal as refusal:
        reason = refusal.params.get("reason", refusal.slug)
        return fault(
            f"{own.hub} does not answer ({reason}).",
            "Does the firewall let https out? For a private authority set SPACE_CA_FILE.",
        )
    seconds = skew_of(answer) or 0
    if abs(seconds) > SKEW_WARN_SECONDS:
        level = fault if abs(seconds) > SKEW_STOP_SECONDS else warning
        return level(f"This machine's clock is {seconds} seconds behind the hub's.", "Let it follow a time server.")
    return ok(f"{own.hub} answers, with the key that was pinned; clocks differ by {abs(seconds)} seconds.")


def outbox(patient: Patient) -> Found:
    """Nothing is parked."""
    contact = patient.look(uplink.hub_contact)
    if contact.parked_count:
        return warning(f"{contact.parked_count} items are parked.", "Look at them: space-node parked list")
    return ok(f"{contact.waiting_count} commands wait.")


def people(patient: Patient) -> Found:
    """Somebody can look after the space."""
    known = patient.look(accounts.accounts)
    if not any(account.is_manager for account in known):
        return warning("Nobody can sign in as manager.", "Run: space-node accounts add --role manager")
    return ok(f"{len(known)} accounts.")


CHECKS = (
    *COMMON,
    worker_of(ReconcilerRun),
    mail_of(Mail),
    Check("network", network),
    Check("hub", hub),
    Check("outbox", outbox),
    Check("accounts", people),
)
