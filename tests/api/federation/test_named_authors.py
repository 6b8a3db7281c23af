"""Who is named with a format, at the hub: beside the versions, so that the name can go again and every hash stays right."""

import datetime as dt

import sqlalchemy as sa

from federation.db import Feed
from federation.formats import service
from federation.operators.models import AuditEntry
from shared.protocol.formats import content_hash
from tests.support.wire_events import name_author, put_format, told
from tests.support.wire_space import WireHub, WireSpace, good, pointers, slug_of

AUTHOR = "Sample Author"


def kept(hub: WireHub) -> str:
    """All that the hub's feed and audit log say."""
    rows = hub.read(
        lambda s: [one.body for one in s.scalars(sa.select(Feed))] + [one.detail for one in s.scalars(sa.select(AuditEntry))]
    )
    return str(rows)


def test_a_name_stands_beside_the_format_and_whoever_withdraws_is_named_no_longer(
    hub: WireHub, london: WireSpace, nyc: WireSpace
) -> None:
    """Edge case 72: the hash never knew the name; news, snapshot and the audit log of the hub keep none."""
    entry = good(put_format(london))
    since, subject = nyc.cursor(), f"named-author/{entry['id']}"
    assert good(name_author(london, entry["id"], AUTHOR)) == {"rev": 1}
    [said] = told(nyc, since, "named-author.updated")
    assert (said["id"], said["space"], said["rev"], said["name"]) == (entry["id"], london.slug, 1, AUTHOR)
    assert nyc.snapshot("formats")[subject] == said
    assert AUTHOR in kept(hub)
    assert good(name_author(london, entry["id"], None, rev=2)) == {"rev": 2}
    [gone] = told(nyc, since, "named-author.updated")
    assert (gone["rev"], gone["name"], gone["agreed_at"]) == (2, None, None)
    held = nyc.snapshot("formats")
    assert (held[subject], held[f"format/{entry['id']}/1"]) == (gone, entry)
    assert entry["hash"] == content_hash(entry["content"])
    assert AUTHOR not in kept(hub)
    acts = hub.read(lambda s: [(one.action, one.actor) for one in s.scalars(sa.select(AuditEntry).order_by(AuditEntry.seq))])
    assert acts[-2:] == [("format.author-named", london.slug), ("format.author-withdrawn", london.slug)]


def test_only_the_formats_space_names_somebody_who_has_agreed(london: WireSpace, nyc: WireSpace) -> None:
    entry = good(put_format(london))
    assert slug_of(name_author(nyc, entry["id"], AUTHOR)) == (404, "format-not-yours")
    assert slug_of(name_author(london, "019ab3c0-0000-7000-8000-000000000099", AUTHOR)) == (404, "format-not-yours")
    for name, agreed_at in ((AUTHOR, None), (None, london.now.isoformat())):
        refused = name_author(london, entry["id"], name, agreed_at=agreed_at)
        assert (slug_of(refused), pointers(refused)) == ((422, "naming-invalid"), ["/agreed_at"])
    good(name_author(london, entry["id"], AUTHOR, rev=2))
    since = nyc.cursor()
    assert good(name_author(london, entry["id"], "Older Name")) == {"rev": 2}
    assert slug_of(name_author(london, entry["id"], None, rev=2)) == (409, "rev-conflict")
    assert told(nyc, since, "named-author.updated") == []


def test_a_name_can_be_taken_back_in_any_standing_and_goes_when_its_space_has_left(
    hub: WireHub, london: WireSpace, nyc: WireSpace
) -> None:
    """Edge case 72: who cannot ask for anything else any more can still have a name withdrawn."""
    first, second = (good(put_format(london))["id"] for _ in range(2))
    for format_id in (first, second):
        good(name_author(london, format_id, AUTHOR))
    hub.suspend(london.slug)
    assert slug_of(name_author(london, first, "Somebody Else", rev=2)) == (403, "space-not-active")
    good(name_author(london, first, None, rev=2))
    now = hub.clock.now() + dt.timedelta(days=1)
    hub.command(lambda s: service.withdraw_names(s, london.slug, actor="operator", now=now))
    names = {subject: one["name"] for subject, one in nyc.snapshot("formats").items() if subject.startswith("named-author/")}
    assert names == {f"named-author/{first}": None, f"named-author/{second}": None}
    assert AUTHOR not in kept(hub)
