"""The one gate: which call a space may make in which state (DESIGN §11); and what a status in a list means at the door."""

from datetime import timedelta

from shared.protocol.states import PassportAnswer, SpaceState

LIVE_REFS_MAX = 2
# A visit is reported up to 31 days late, and then paid by whom the passport belonged to on its day.
REF_KEPT = timedelta(days=32)
# By the numbers of a Token Status List; one that nobody has defined is no reason to let somebody in.
ANSWERS = {0: PassportAnswer.ALLOWED, 1: PassportAnswer.REVOKED, 2: PassportAnswer.SUSPENDED}

JOINING = frozenset(
    {
        "trust.put_keys",
        "trust.get_key_list",
        "twinnings.put_status_list",
        "spaces.post_self_test",
        "twinnings.put_profile",
        "wire.get_self",
        "wire.get_changes",
        "wire.get_snapshot",
        "wire.put_cursor",
    }
)

SUSPENDED = frozenset(
    {
        "trust.put_keys",
        "trust.get_key_list",
        "twinnings.put_status_list",
        "trust.get_status_list",
        "trust.put_passport_ref",
        "bookings.check_passport",
        "wire.get_self",
        "wire.get_changes",
        "wire.get_snapshot",
        "wire.put_cursor",
        "bookings.get_booking",
        "bookings.cancel",
        "bookings.check_in",
        "credits.get_position",
        "credits.get_statement",
        "twinnings.get_twinning",
        "events.get_event",
        "formats.get_version",
        "rsvps.get_rsvp",
        "rsvps.cancel",
        "rsvps.attendance",
        "rsvps.card",
        "rsvps.feedback",
        "introductions.put_letter",
    }
)


def may_call(state: SpaceState, endpoint: str) -> bool:
    """Whether a space in this state may make the call; what is not named is refused."""
    if state in (SpaceState.PROBATION, SpaceState.ACTIVE):
        return True
    if state is SpaceState.APPLIED:
        return endpoint in JOINING
    return state is SpaceState.SUSPENDED and endpoint in SUSPENDED


def next_step(state: SpaceState) -> str:
    """What the space can do about it, in English, for the problem's extension member."""
    if state is SpaceState.APPLIED:
        return "Run the self-test: space-node join, again."
    return "Ask the network's operator."
