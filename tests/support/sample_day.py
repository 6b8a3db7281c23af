"""What has happened in the sample network by that Thursday, 09:30 in London: every state that a page can show, once."""

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from demo.samples import people
from shared import mail
from shared.http import Answer
from shared.ids import new_id
from shared.mail import queue
from shared.protocol.states import LotKind, Part
from shared.sheets.table import read_table
from space_node.agenda.queries import cannot_come_address
from space_node.db import Mail
from space_node.desks import service as desks
from space_node.erasures import service as erasures
from space_node.member_lists import service as member_lists
from space_node.member_lists.rules.columns import known_headings, understand
from space_node.member_lists.rules.rows import read_rows
from space_node.members import queries as members
from space_node.members import service as member_service
from space_node.memberships import service as memberships
from space_node.network import service as terms
from space_node.network.queries import parked_messages
from space_node.passports import queries as passports
from space_node.passports import service as passport_service
from space_node.passports.rules import PassportKind
from space_node.rsvps.models import Rsvp
from space_node.trips import service as trips
from space_node.uplink import queries as uplink
from space_node.uplink.service import exchange
from space_node.visits import service as door
from space_node.wallet import service as wallet
from space_node.wallet.rules import Gift
from tests.support.hub import OPERATORS
from tests.support.node import NodeWorld, wanted_terms
from tests.support.sample_door import look_back, open_the_door, write_formats
from tests.support.sample_events import announce
from tests.support.sample_network import HUB, LONDON, MILANO, NEW, NYC, TORINO, SampleNetwork, sample_network
from tests.support.sample_organising import organise
from tests.support.sample_people import meet
from tests.support.sample_places import ask_while_away, take_part, take_part_early

THURSDAY = dt.date(2026, 11, 12)
NOW = dt.datetime(2026, 11, 12, 9, 30, tzinfo=dt.UTC)
HEADINGS = ("Member ID", "Full name", "E-mail", "Company", "Plan", "Start date")
CAST = {
    "maya": "Maya Okafor",
    "ben": "Ben Castillo",
    "cleo": "Cleo Nakamura",
    "dan": "Dan Whitfield",
    "elena": "Elena Brandt",
    "farid": "Farid Haddad",
    "grace": "Grace Lindqvist",
    "hugo": "Hugo Marchetti",
    "iris": "Iris Vandenberg",
}
COMPANIES = ("Sample Studio", "Muster & Figli", "Esempio S.r.l.", "")
PLANS = ("Full desk", "Ten days", "Evenings")


def members_csv(count: int = 60) -> bytes:
    """New York's members, the cast first."""
    everybody = [*((name, email_of(who)) for who, name in CAST.items()), *((one.name, one.email) for one in people(count))]
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(HEADINGS)
    for n, (name, email) in enumerate(everybody[:count], 1):
        started = dt.date(2024, 1, 8) + dt.timedelta(days=7 * n)
        rows.writerow((f"NY-{n:04}", name, email, COMPANIES[n % 4], PLANS[n % 3], started.isoformat()))
    return out.getvalue().encode()


def email_of(who: str) -> str:
    """Where somebody of the cast reads mail."""
    return f"{who}@wecreate.example"


@contextmanager
def played(folder: Path) -> Iterator[SampleNetwork]:
    """The sample network as it is after its day, until the end."""
    with sample_network(folder) as made:
        play(made, folder)
        yield made


def play(made: SampleNetwork, folder: Path) -> None:
    """Let it all happen, and sign everybody in."""
    _twin(made)
    _import_members(made)
    _give_credits(made)
    _link_memberships(made)
    _travel(made)
    take_part_early(made)
    _this_morning(made)
    announce(made)
    organise(made)
    take_part(made)
    open_the_door(made)
    look_back(made)
    write_formats(made)
    meet(made)
    _forget_somebody(made)
    _trouble(made)
    _sign_in(made)
    (folder / "members.csv").write_bytes(members_csv(66))
    made.marks["members_csv"] = str(folder / "members.csv")


def _twin(made: SampleNetwork) -> None:
    network, (nyc, london) = made.network, (made.nyc, made.london)
    network.sync(1)
    network.twin(nyc, london, our_price_credits=150, their_price_credits=150, our_half_credits=85, their_half_credits=85)
    network.twin(nyc, network.nodes[MILANO])
    network.twin(nyc, network.nodes[TORINO], their_price_credits=125)
    # One proposal waits for London's signature, one of London's for Torino's.
    _propose(network.nodes[MILANO], LONDON)
    _propose(london, TORINO)
    network.sync(1)


def _propose(node: NodeWorld, partner: str) -> None:
    now = node.clock.now()
    wanted = wanted_terms(valid_from=now.date() + dt.timedelta(days=30))
    node.command(lambda session: terms.propose(session, node.node, partner=partner, wanted=wanted, now=now))


def _import_members(made: SampleNetwork) -> None:
    table = read_table(members_csv(), known_headings)
    reading = read_rows(table, understand(table.headings, table.samples(), preset=None), None)
    made.nyc.command(lambda session: member_lists.import_rows(session, reading, now=made.now))


def _member(made: SampleNetwork, who: str) -> members.Member:
    found = made.nyc.look(lambda session: members.member_by_email(session, email_of(who)))
    assert found is not None
    return found


def _give_credits(made: SampleNetwork) -> None:
    for who in CAST:
        if who != "farid":
            _grant(made, who, 1000, LotKind.PLAN, 90)
    _grant(made, "maya", 250, LotKind.PURCHASED, 30)
    made.marks["maya"], made.marks["ben"] = _member(made, "maya").id, _member(made, "ben").id
    made.network.hub.work()


def _link_memberships(made: SampleNetwork) -> None:
    """Maya is a member in London too."""
    maya, about = _member(made, "maya"), {"name": CAST["maya"], "email": "maya@thecube.example"}
    there = made.london.command(lambda session: member_service.add_member(session, **about, now=made.now))
    code, _until = made.nyc.do(lambda: memberships.give_code(maya.guest))
    made.london.do(lambda: memberships.enter_code(there.id, there.guest, code, secret="a sample"))


def _forget_somebody(made: SampleNetwork) -> None:
    """Somebody joined, and would rather be forgotten."""
    about = {"name": "Gerda Sample", "email": "gerda@nyc.example"}
    gone = made.nyc.command(lambda session: member_service.add_member(session, **about, now=made.now))
    made.marks["erasure"] = made.nyc.command(lambda session: erasures.forget(session, member_id=gone.id, now=made.now).id)


def _grant(made: SampleNetwork, who: str, credits: int, kind: LotKind, days: int) -> None:
    today, member = made.now.date(), _member(made, who)
    gift = Gift(credits=credits, kind=kind, valid_from=today, expires_on=today + dt.timedelta(days=days))
    made.nyc.command(lambda session: wallet.grant(session, grant_id=new_id(), member_id=member.id, gift=gift, now=made.now))


def book(made: SampleNetwork, who: str, host: str, on: dt.date, part: Part = Part.DAY, note: str = "") -> str:
    """Let a New Yorker ask for a desk; the id of the trip."""
    twin = made.nyc.look(lambda session: uplink.twinning_with(session, host))
    assert twin is not None
    wanted = trips.Wanted(
        request_id=new_id(),
        booking_id=new_id(),
        host=host,
        on=on,
        part=part,
        terms_version=twin.version,
        price_credits=twin.price(host, part),
        note=note,
    )
    member_id = _member(made, who).id
    made.nyc.command(lambda session: trips.request(session, member_id=member_id, wanted=wanted, now=made.now))
    return wanted.booking_id


def _travel(made: SampleNetwork) -> None:
    """Maya's trips: one behind her, one that she cancelled, one confirmed, one refused; and who comes today."""
    marks, network, london = made.marks, made.network, made.london
    _differ(london, THURSDAY + dt.timedelta(days=8), 0, "Winter market")
    _differ(london, THURSDAY + dt.timedelta(days=6), 1, "Painters", open_to_guests=True)
    _differ(network.nodes[TORINO], THURSDAY, 0, "Fiera")
    network.sync()
    last_week = book(made, "maya", LONDON, dt.date(2026, 11, 5))
    next_week = THURSDAY + dt.timedelta(days=5)
    marks["cancelled"] = book(made, "maya", MILANO, next_week, Part.MORNING)
    marks["confirmed"] = book(made, "maya", LONDON, THURSDAY + dt.timedelta(days=7), note="I edit films; a quiet corner, please.")
    for who in ("ben", "cleo", "dan"):
        book(made, who, LONDON, THURSDAY + dt.timedelta(days=6))
    marks["refused"] = book(made, "maya", LONDON, THURSDAY + dt.timedelta(days=6))
    maya = _member(made, "maya").id
    made.nyc.command(lambda session: trips.cancel(session, member_id=maya, booking_id=marks["cancelled"], now=made.now))
    made.clock.set(dt.datetime(2026, 11, 5, 9, 5, tzinfo=dt.UTC))
    network.hub.work()
    _exchange(made)
    _check_in(made, last_week, _visit_pass(made, last_week))
    marks["been"] = last_week


def _differ(node: NodeWorld, on: dt.date, seats: int, reason: str, *, open_to_guests: bool = False) -> None:
    day: dict[str, Any] = {"on": on, "open_to_guests": open_to_guests, "morning": seats, "afternoon": seats, "reason": reason}
    node.command(lambda session: desks.set_day(session, **day, now=node.clock.now()))


def _exchange(made: SampleNetwork) -> None:
    """Bring what the one side has said to the other."""
    for node in (made.nyc, made.london, made.nyc):
        node.sync()


def _visit_pass(made: SampleNetwork, booking_id: str) -> str:
    found = made.nyc.look(lambda session: passports.visit_pass_of(session, booking_id, made.now))
    assert found is not None
    return found.text


def _check_in(made: SampleNetwork, booking_id: str, text: str | None) -> None:
    now = made.now
    made.london.command(lambda session: door.check_in(session, booking_id=booking_id, passport_text=text, now=now))


def _this_morning(made: SampleNetwork) -> None:
    """Seven guests are expected on Thursday; two have come by half past nine, and one without a booking."""
    marks, hub = made.marks, made.network.hub
    made.clock.set(NOW - dt.timedelta(minutes=55))
    coming = {"ben": Part.DAY, "cleo": Part.DAY, "dan": Part.MORNING, "grace": Part.AFTERNOON, "hugo": Part.DAY}
    notes = {"ben": "A second monitor would help.", "grace": "I arrive around one."}
    hub.work()
    _exchange(made)
    for who, part in coming.items():
        marks[f"{who}_today"] = book(made, who, LONDON, THURSDAY, part, notes.get(who, ""))
    _exchange(made)
    made.clock.set(NOW - dt.timedelta(minutes=20))
    _check_in(made, marks["cleo_today"], _visit_pass(made, marks["cleo_today"]))
    _check_in(made, marks["hugo_today"], None)
    for who in ("maya", "ben", "farid", "iris"):
        marks[f"{who}_passport"] = _passport(made, who)
    _exchange(made)
    made.london.command(lambda session: door.walk_in(session, passport_text=marks["iris_passport"], part=Part.DAY, now=made.now))
    marks["dan_pass"], marks["cleo_pass"] = _visit_pass(made, marks["dan_today"]), _visit_pass(made, marks["cleo_today"])
    marks["next_pass"] = _visit_pass(made, marks["confirmed"])
    made.clock.set(NOW)
    hub.work()
    _exchange(made)


def _passport(made: SampleNetwork, who: str, kind: PassportKind = PassportKind.PHONE) -> str:
    member = _member(made, who)
    return made.nyc.command(lambda session: passport_service.general(session, member, made.now, kind=kind)).text


def _trouble(made: SampleNetwork) -> None:
    """London has a refused command and an item of news that cannot be taken in; a request of Maya's waits for the hub."""
    transport, london, nyc = made.network.transport, made.london, made.nyc
    _passport(made, "maya", PassportKind.PAPER)
    profile = dict(london.look(uplink.require_identity).profile) | {"web": "https://thecube.example/guests"}
    transport.tamper = _trouble_maker
    london.command(lambda session: terms.set_profile(session, profile, now=made.now))
    london.do(exchange.take_snapshots)
    transport.tamper = None
    assert london.look(lambda session: len(list(parked_messages(session)))) == 1
    transport.cut()
    made.marks["asked"] = book(made, "maya", MILANO, THURSDAY + dt.timedelta(days=12))
    ask_while_away(made)
    transport.heal()
    for node in (nyc, london):
        node.do(exchange.poll)
    nyc.command(_park_a_mail)


def _park_a_mail(session: Any) -> None:
    """A mail server has said no to one letter."""
    letter = mail.Letter(subject="Welcome at WeCreate NYC", greeting="Hello,", paragraphs=("I’m glad you are here.",))
    to, now = mail.Recipient("moved@away.example", "en"), NOW
    posted = mail.post(session, Mail, to, kind="trial", write=lambda: letter, now=now)
    assert posted is not None
    row = queue.claim(session, Mail, posted.id, now=now)
    assert row is not None
    assert queue.settle(session, Mail, row, state=mail.MailState.PARKED, reason="550 5.1.1 There is no such mailbox")


def _trouble_maker(_method: str, path: str, answer: Answer) -> Answer:
    if path.endswith("/self/profile"):
        about = {
            "type": "https://twindesk.example/problems/rev-conflict",
            "detail": "A newer profile is there already.",
            "rev": 2,
        }
        return Answer(409, {}, json.dumps(about).encode())
    if path.endswith("/snapshot/spaces"):
        page = json.loads(answer.body)
        page["items"][0] |= {"id": "019cb2b6-0800-7296-bf02-6395552aa586", "type": "space.updated", "data": {"space": "x"}}
        return Answer(200, {}, json.dumps(page).encode())
    return answer


def _sign_in(made: SampleNetwork) -> None:
    role = member_service.Role
    made.let_in("operator", HUB, OPERATORS[0])
    made.let_in("maya", NYC, email_of("maya"), role.MEMBER, full_name=CAST["maya"])
    made.let_in("farid", NYC, email_of("farid"), role.MEMBER, full_name=CAST["farid"])
    made.let_in("nora", NYC, "nora@wecreate.example", role.MANAGER, full_name="Nora Sample")
    made.let_in("theo", LONDON, "theo@thecube.example", role.MANAGER, full_name="Theo Sample")
    made.let_in("dee", LONDON, "desk@thecube.example", role.DESK, full_name="Dee Sample")
    made.let_in("newcomer", NEW, "new@space.example", role.MANAGER, full_name="Nina Sample")
    _links(made)
    for mark, who in (("welcome", "elena"), ("welcome_once", "grace")):
        made.marks[mark] = _welcome_link(made, _member(made, who))


def _links(made: SampleNetwork) -> None:
    """Addresses that open without signing in."""
    for mark, place in (("cannot_come", "place_sure"), ("cannot_come_done", "place_back")):
        with made.nyc.app.test_request_context():
            made.marks[mark] = cannot_come_address(_place(made, place)).rpartition("/")[2]


def _place(made: SampleNetwork, mark: str) -> Rsvp:
    return made.nyc.look(lambda session: session.get_one(Rsvp, made.marks[mark]))


def _welcome_link(made: SampleNetwork, member: members.Member) -> str:
    return made.nyc.command(lambda session: member_service.member_link(session, member=member, now=made.now))
