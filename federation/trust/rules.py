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
        "formats.put_named_author",
        "rsvps.get_rsvp",
        "rsvps.cancel",
        "rsvps.attendance",
        "rsvps.card",
        "rsvps.feedback",
        "briefs.get_unheard",
        "introductions.put_letter",
        "erasures.ask",
        "erasures.confirm",
        "leaving.ask",
        "memberships.unlink",
    }
)
# A space that leaves keeps what it promised, calls off what it holds, and tells those who come.
LEAVING = SUSPENDED | {"events.put_event", "events.put_session", "events.answer_invitation", "briefs.put_brief"}
# One that has left reads that it has, and confirms what it was asked to forget; for a month, as `wire` sees to.
LEFT = frozenset({
    "wire.get_self", "wire.get_changes", "wire.put_cursor", "trust.get_key_list", "trust.get_status_list", "erasures.confirm",
})  # fmt: skip
BY_STATE = {
    SpaceState.APPLIED: JOINING,
    SpaceState.SUSPENDED: SUSPENDED,
    SpaceState.LEAVING: LEAVING,
    SpaceState.LEFT: LEFT,
}


def may_call(state: SpaceState, endpoint: str) -> bool:
    """Whether a space in this state may make the call; what is not named is refused."""
    if state in (SpaceState.PROBATION, SpaceState.ACTIVE):
        return True
    return endpoint in BY_STATE.get(state, ())


def next_step(state: SpaceState) -> str:
    """What the space can do about it, in English, for the problem's extension member."""
    if state is SpaceState.APPLIED:
        return "Run the self-test: space-node join, again."
    return "Ask the network's operator."
