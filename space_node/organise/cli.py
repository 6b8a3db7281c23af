"""What this space organises on the command line: drafts from files, publishing, co-hosts, sessions."""

import json
from collections.abc import Callable
from typing import Any

import click
from flask.cli import AppGroup

from shared.clock import current_clock
from shared.fields import write_instant
from shared.ids import new_id
from shared.json_file import JsonFile
from shared.protocol.events import Venue
from shared.protocol.states import CohostState
from shared.schemas import load
from space_node.db import db, read_only, transactional
from space_node.events import queries as events
from space_node.events import service
from space_node.organise import queries
from space_node.organise.schemas import EventFile, NoteForm, SessionFile

group = AppGroup("events", help="What this space organises, alone or together with others.")
sessions = AppGroup("session", help="This space's own sessions of an event.")
group.add_command(sessions)
commands = (group,)
as_json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")
file_argument = click.argument("file", type=JsonFile())
note_option = click.option("--note", required=True, help="What those who come are told.")
SAID = {True: "Kept. The hub is away; this is sent as soon as it is back.", False: "Done."}


@group.command("list")
@as_json_option
def list_events(as_json: bool) -> None:
    """List what this space organises, and the invitations that wait for its answer."""
    found = read_only(lambda: queries.everything(db.session(), current_clock().now()))()
    rows = [
        {
            "event_id": line.id,
            "title": line.title,
            "lead": line.lead,
            "state": line.state,
            "part": line.stands or "lead",
            "standing": line.standing,
            "next_starts_at": write_instant(line.next.starts_at) if line.next else None,
        }
        for line in found
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['event_id']}  {row['state']:<10} {row['part']:<10} {row['standing']:<8} {row['title']}")


@group.command("show")
@click.argument("event_id")
@as_json_option
def show(event_id: str, as_json: bool) -> None:
    """Show an event with its co-hosts, its sessions, and what the hub has refused."""
    _tell(event_id, as_json)


@group.command("create")
@file_argument
@click.option("--publish", "publishes", is_flag=True, help="Publish it at once.")
@as_json_option
def create(file: dict[str, Any], publishes: bool, as_json: bool) -> None:
    """Make a draft with its sessions from a JSON file; the same id again writes the draft anew."""
    said, now = load(EventFile, file), current_clock().now()
    event_id = said.pop("id") or new_id(now)
    planned, invited = said.pop("sessions"), said.pop("cohosts")

    def work() -> None:
        session = db.session()
        text = service.EventText(**{**said, "topics": tuple(said["topics"])})
        service.save_draft(session, event_id=event_id, text=text, now=now)
        for values in planned:
            _save(event_id, values)
        for space in invited:
            service.invite(session, event_id=event_id, space=space, now=now)
        if publishes:
            service.publish(session, event_id=event_id, now=now)

    _do(event_id, work, as_json)


@group.command("publish")
@click.argument("event_id")
@as_json_option
def publish(event_id: str, as_json: bool) -> None:
    """Let others see a draft."""
    _do(event_id, lambda: service.publish(db.session(), event_id=event_id, now=current_clock().now()), as_json)


@group.command("cancel")
@click.argument("event_id")
@note_option
@as_json_option
def cancel(event_id: str, note: str, as_json: bool) -> None:
    """Call an event off, with every session of it."""
    said = load(NoteForm, {"note": note})
    _do(event_id, lambda: service.cancel(db.session(), event_id=event_id, **said, now=current_clock().now()), as_json)


@group.command("delete")
@click.argument("event_id")
def delete(event_id: str) -> None:
    """Throw a draft away."""
    transactional(lambda: service.delete_draft(db.session(), event_id=event_id))()
    click.echo("The draft is gone.")


@group.command("resend")
@click.argument("event_id")
@as_json_option
def resend(event_id: str, as_json: bool) -> None:
    """Send again what the hub has refused."""
    _do(event_id, lambda: service.resend(db.session(), event_id=event_id, now=current_clock().now()), as_json)


@group.command("invite")
@click.argument("event_id")
@click.argument("space")
@click.option("--take-back", is_flag=True, help="Take the invitation back.")
@as_json_option
def invite(event_id: str, space: str, take_back: bool, as_json: bool) -> None:
    """Ask a space to hold an event too."""
    act = service.uninvite if take_back else service.invite
    _do(event_id, lambda: act(db.session(), event_id=event_id, space=space, now=current_clock().now()), as_json)


def _answering(name: str, answer: CohostState, about: str) -> None:
    @group.command(name, help=about)
    @click.argument("event_id")
    @click.option("--note", default="", help="A word to the space that leads it.")
    @as_json_option
    def command(event_id: str, note: str, as_json: bool) -> None:
        def work() -> None:
            service.answer_invitation(db.session(), event_id=event_id, answer=answer, note=note, now=current_clock().now())

        _do(event_id, work, as_json)


_answering("accept", CohostState.ACCEPTED, "Hold another space's event too.")
_answering("decline", CohostState.DECLINED, "Decline an invitation.")
_answering("withdraw", CohostState.WITHDRAWN, "Withdraw from an event that this space holds too; its sessions are cancelled.")


@sessions.command("add")
@click.argument("event_id")
@file_argument
@as_json_option
def add_session(event_id: str, file: dict[str, Any], as_json: bool) -> None:
    """Add a session of this space from a JSON file; with the id of a session in it, write that one anew."""
    values = load(SessionFile, file)
    _do(event_id, lambda: _save(event_id, values), as_json)


@sessions.command("postpone")
@click.argument("session_id")
@note_option
@as_json_option
def postpone(session_id: str, note: str, as_json: bool) -> None:
    """Take a session's time away until it has a new one; everybody keeps their seat."""
    _end(service.postpone_session, session_id, note, as_json)


@sessions.command("cancel")
@click.argument("session_id")
@note_option
@as_json_option
def cancel_session(session_id: str, note: str, as_json: bool) -> None:
    """Call a session off."""
    _end(service.cancel_session, session_id, note, as_json)


def _end(act: Callable[..., events.OwnSession], session_id: str, note: str, as_json: bool) -> None:
    said = load(NoteForm, {"note": note})
    event_id = read_only(lambda: events.own_session(db.session(), session_id).event_id)()
    _do(event_id, lambda: act(db.session(), session_id=session_id, **said, now=current_clock().now()), as_json)


def _save(event_id: str, values: dict[str, Any]) -> None:
    now, wanted = current_clock().now(), dict(values)
    session_id, venue = wanted.pop("id") or new_id(now), wanted["venue"]
    plan = service.SessionPlan(
        **{**wanted, "join_url": wanted["join_url"] or "", "venue": Venue().dump(venue) if venue else None}
    )
    service.save_session(db.session(), event_id=event_id, session_id=session_id, plan=plan, now=now)


def _do(event_id: str, work: Callable[[], object], as_json: bool) -> None:
    transactional(work)()
    _tell(event_id, as_json, done=True)


def _tell(event_id: str, as_json: bool, *, done: bool = False) -> None:
    """Show the event as it stands after the hub has had its chance to answer."""

    def look() -> queries.Organised:
        db.session().expire_all()
        return queries.organised(db.session(), event_id, current_clock().now())

    found = read_only(look)()
    if as_json:
        click.echo(json.dumps(_told(found), ensure_ascii=False))
    elif done:
        click.echo(f"{event_id}: {'The hub has refused something.' if found.is_refused else SAID[found.is_waiting]}")
    else:
        click.echo(f"{found.text.id}  {found.text.state}  {found.text.title}")
    if not as_json:
        for line in found.sessions:
            click.echo(
                f"  {line.row.id}  {line.host:<16} {line.row.starts_local} {line.row.zone}  {line.row.state}  {_fault(line.row)}"
            )
        for one in found.cohosts:
            click.echo(f"  {one.slug:<16} {one.state}  {one.fault_detail}")


def _told(found: queries.Organised) -> dict[str, Any]:
    own = found.text if found.is_ours else None
    return {
        "event_id": found.text.id,
        "title": found.text.title,
        "lead": found.lead,
        "state": found.text.state,
        "part": found.stands or "lead",
        "standing": found.standing,
        "waits": found.is_waiting,
        "refused": found.is_refused,
        "fault": getattr(own, "fault", None),
        "cohosts": [{"space": one.slug, "state": one.state, "fault": one.fault} for one in found.cohosts],
        "sessions": [
            {
                "session_id": line.row.id,
                "host": line.host,
                "ours": line.is_ours,
                "state": line.row.state,
                "starts_local": line.row.starts_local,
                "zone": line.row.zone,
                "starts_at": write_instant(line.row.starts_at),
                "relay_of": line.row.relay_of,
                "standing": line.standing,
                "fault": _fault(line.row) or None,
            }
            for line in found.sessions
        ],
    }


def _fault(row: Any) -> str:
    return getattr(row, "fault", None) or ""
