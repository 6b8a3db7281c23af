"""The same calendar imported by many hands at once: one draft of each entry."""

from sqlalchemy.orm import Session

from space_node.events import queries as events
from space_node.imports import service
from space_node.imports.errors import ImportedMeanwhile
from space_node.imports.queries import preview
from tests.support.calendars import event, file
from tests.support.organising import Organisers
from tests.support.threads import in_its_way, together

MANY = 4
FILE = file(
    event("UID:talk", "DTSTART:20260312T180000Z", "DTEND:20260312T193000Z"),
    event("UID:series", "DTSTART:20260304T083000Z", "DTEND:20260304T093000Z", "RRULE:FREQ=WEEKLY;COUNT=3"),
)


def test_many_imports_of_one_calendar_make_one_draft_of_each_entry(organisers: Organisers) -> None:
    now, node = organisers.now, organisers.london
    chosen = {row.found.key for row in node.look(lambda session: preview(session, FILE, now=now)).rows}

    def take() -> service.Outcome:
        return node.command(lambda session: service.import_chosen(session, FILE, chosen=chosen, now=now))

    outcomes = together(*[take] * MANY)
    assert {type(one) for one in outcomes} <= {service.Outcome, ImportedMeanwhile}
    assert sum(one.new_count for one in outcomes if isinstance(one, service.Outcome)) == 2
    drafts = node.look(lambda session: events.own_events(session, 50))
    assert sorted(len(organisers.sessions(draft.id)) for draft in drafts) == [1, 3]


def test_an_import_while_another_is_under_way_makes_no_second_draft(organisers: Organisers) -> None:
    now, node = organisers.now, organisers.london
    chosen = {row.found.key for row in node.look(lambda session: preview(session, FILE, now=now)).rows}

    def take(session: Session) -> service.Outcome:
        return service.import_chosen(session, FILE, chosen=chosen, now=now)

    first, second = in_its_way(node.command, take, lambda: node.command(take))
    assert first == service.Outcome(new_count=2, changed_count=0)
    # Where writers take turns, the second finds the drafts of the first.
    assert second == service.Outcome(new_count=0, changed_count=2) or isinstance(second, ImportedMeanwhile)
    assert len(node.look(lambda session: events.own_events(session, 50))) == 2
