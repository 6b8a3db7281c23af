"""The library of formats: find, read, see where a format was replayed; make one, change it."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from shared import meanwhile
from shared.access import audience
from shared.clock import current_clock
from shared.errors import Conflict, Invalid
from shared.ids import new_id
from shared.schemas import load
from shared.signin import current_session
from shared.ui import FormView
from space_node.db import db, read_only, transactional
from space_node.formats import queries, rules, service
from space_node.formats.schemas import FormatForm, LibraryQuery, VersionQuery
from space_node.uplink import queries as uplink

formats_pages = audience(Blueprint("formats", __name__, template_folder="../templates"), "signed-in")
format_work_pages = audience(Blueprint("format_work", __name__, template_folder="../templates"), "manager")
Answer = str | tuple[str, int] | Response
Work = Callable[[Mapping[str, Any], Mapping[str, Any]], str]
# What slices above show managers over the library: (page of it) -> what stands there.
Note = Callable[[int], Markup | str]


@formats_pages.get("/formats")
@read_only
def index() -> str:
    """Every format of the network, those replayed most often first."""
    wanted, session = load(LibraryQuery, request.args), db.session()
    filters = {name: wanted[name] for name in ("language", "topic")}
    page = queries.library(session, search=wanted["q"], **filters, sort=wanted["sort"], number=wanted["page"])
    languages, topics = queries.choices(session)
    return render_template(
        "formats/index.html",
        shown=page,
        searched=bool(wanted["q"] or any(filters.values())),
        form=FormView(wanted),
        wanted=wanted,
        languages=languages,
        topics=topics,
        notes=_notes(wanted["plans"]) if _is_manager() else "",
    )


@formats_pages.get("/formats/<id:format_id>")
@read_only
def detail(format_id: str) -> str:
    """One version of a format, its family, and where all its versions were replayed."""
    session = db.session()
    held = queries.require(session, format_id, load(VersionQuery, request.args)["version"])
    versions, own = queries.versions(session, format_id), uplink.identity(session)
    ours = own is not None and own.slug == held.author
    return render_template(
        "formats/detail.html",
        held=held,
        content=held.content,
        versions=versions,
        author=uplink.space_names(session).get(held.author, held.author),
        naming=queries.author(session, format_id),
        ours=ours,
        may_use=rules.may_be_used(held.content["licence"], own=ours),
        replays=queries.played(session, versions),
        family=queries.lineage(session, held),
        manager=_is_manager() and own is not None,
    )


@format_work_pages.get("/formats/from/<id:event_id>")
@read_only
def make_form(event_id: str) -> str:
    """Make a format from an event of ours: its words are there, its day, people, links, venue and price are not."""
    return _form(
        FormView(service.written(queries.of_event(db.session(), event_id)) | {"format_id": new_id()}), _make_head(event_id)
    )


@format_work_pages.post("/formats/from/<id:event_id>")
def make(event_id: str) -> Answer:
    """Publish the format."""

    def work(content: Mapping[str, Any], form: Mapping[str, Any]) -> str:
        now = current_clock().now()
        return service.from_event(db.session(), event_id=event_id, content=content, format_id=form["format_id"], now=now).id

    return _publish(work, lambda: _make_head(event_id))


@format_work_pages.get("/formats/<id:format_id>/next")
@read_only
def next_form(format_id: str) -> str:
    """The next version of a format of ours."""
    return _form(FormView(meanwhile.filled(_stored(format_id))), _next_head(format_id))


@format_work_pages.post("/formats/<id:format_id>/next")
def publish_next(format_id: str) -> Answer:
    """Publish the next version; the earlier ones stay as they are, and what was changed since the form was opened."""

    def work(content: Mapping[str, Any], form: Mapping[str, Any]) -> str:
        now = current_clock().now()
        return service.new_version(db.session(), format_id=format_id, content=content, shown=form["shown"], now=now).id

    return _publish(work, lambda: _next_head(format_id), lambda: _stored(format_id))


@format_work_pages.get("/formats/<id:format_id>/<int:version>/adapt")
@read_only
def adapt_form(format_id: str, version: int) -> str:
    """A format of our own, made from another's."""
    held = queries.require(db.session(), format_id, version)
    mine = {"attribution": str(uplink.own_profile(db.session())["name"]), "format_id": new_id()}
    return _form(FormView(service.written(held.content) | mine), _adapt_head(held))


@format_work_pages.post("/formats/<id:format_id>/<int:version>/adapt")
def adapt(format_id: str, version: int) -> Answer:
    """Publish it with the one it was made from as its parent."""

    def work(content: Mapping[str, Any], form: Mapping[str, Any]) -> str:
        session, now = db.session(), current_clock().now()
        of = queries.require(session, format_id, version)
        return service.adapt(session, of=of, content=content, format_id=form["format_id"], now=now).id

    return _publish(work, lambda: _adapt_head(queries.require(db.session(), format_id, version)))


def _publish(work: Work, head: Callable[[], dict[str, Any]], stored: Callable[[], dict[str, Any]] = dict) -> Answer:
    def command() -> str:
        form = load(FormatForm, request.form)
        format_id = work(service.content_of(form), form)
        if form["author"]:
            named = {"name": form["author"], "agreed": form["agreed"]}
            service.name_author(db.session(), format_id=format_id, **named, now=current_clock().now())
        return format_id

    try:
        format_id = transactional(command)()
    except (Invalid, Conflict) as refusal:
        sent = meanwhile.again(refusal, request.form, read_only(stored)())
        form, status = FormView.refused(refusal, sent), 422 if isinstance(refusal, Invalid) else 409
        return read_only(lambda: _form(form, head()))(), status
    flash(gettext("Published. The whole network can find and replay it."), "good")
    return redirect(url_for("formats.detail", format_id=format_id), 303)


def _form(form: FormView, head: Mapping[str, Any]) -> str:
    return render_template("formats/form.html", form=form, licences=rules.LICENCES, **head)


def _make_head(event_id: str) -> dict[str, Any]:
    lead = gettext("Only what can be done again is copied. Dates, people, links, the place and the price stay with the event.")
    back = (url_for("organise.detail", event_id=event_id), gettext("The event"))
    return {
        "heading": gettext("Make a format"),
        "lead": lead,
        "back": back,
        "press": gettext("Publish the format"),
        "is_new": True,
    }


def _next_head(format_id: str) -> dict[str, Any]:
    lead = gettext("What is published never changes: this becomes the next version, and the earlier ones can still be found.")
    return {"heading": gettext("Next version"), "lead": lead, "back": back_to(format_id), "press": gettext("Publish the version")}


def _adapt_head(held: queries.LibraryFormat) -> dict[str, Any]:
    lead = gettext("A format of your own. It names “%(title)s” as the one it was made from.", title=held.title)
    press = gettext("Publish the format")
    return {"heading": gettext("Make your own"), "lead": lead, "back": back_to(held.id), "press": press, "is_new": True}


def back_to(format_id: str) -> tuple[str, str]:
    """The way back to the page of a format."""
    return url_for("formats.detail", format_id=format_id), gettext("The format")


def _stored(format_id: str) -> dict[str, Any]:
    return service.written(queries.require(db.session(), format_id).content)


def _notes(number: int) -> Markup:
    notes = cast("list[Note]", current_app.extensions.get("formats_notes", []))
    return Markup().join(note(number) for note in notes)


def _is_manager() -> bool:
    signed_in = current_session()
    return signed_in is not None and "manager" in signed_in.account.roles
