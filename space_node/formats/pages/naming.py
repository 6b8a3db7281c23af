"""Who is named with a format of ours; and the format on the page of an event, its author looked up each time."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from shared.clock import current_clock
from shared.errors import Invalid
from shared.schemas import load
from shared.ui import FormView
from space_node.db import db, read_only, transactional
from space_node.formats import queries, rules, service
from space_node.formats.pages.library import Answer, back_to, format_work_pages
from space_node.formats.schemas import AuthorForm


@format_work_pages.get("/formats/<id:format_id>/author")
@read_only
def author_form(format_id: str) -> str:
    """Who is named with a format of ours."""
    named = queries.author(db.session(), format_id)
    return _author_form(format_id, FormView({"author": (named.name if named else None) or ""}))


@format_work_pages.post("/formats/<id:format_id>/author")
def name_author(format_id: str) -> Answer:
    """Name somebody who has agreed."""

    def work() -> None:
        said = load(AuthorForm, request.form)
        about = {"name": said["author"], "agreed": said["agreed"]}
        service.name_author(db.session(), format_id=format_id, **about, now=current_clock().now())

    try:
        transactional(work)()
    except Invalid as refusal:
        form = FormView.refused(refusal, request.form)
        return read_only(lambda: _author_form(format_id, form))(), 422
    flash(gettext("Named, for as long as they agree."), "good")
    return redirect(url_for("formats.detail", format_id=format_id), 303)


@format_work_pages.post("/formats/<id:format_id>/author/withdraw")
@transactional
def withdraw_author(format_id: str) -> Response:
    """Name nobody any more."""
    service.withdraw_author(db.session(), format_id=format_id, now=current_clock().now())
    flash(gettext("The name is taken off. Every space drops it when it next hears from the hub."), "good")
    return redirect(url_for("formats.detail", format_id=format_id), 303)


def format_note(event_id: str) -> Markup | str:
    """Which format an event follows, and who is to be named for it; for those who are signed in, as authors agree to no more."""
    session = db.session()
    held = queries.followed_by(session, event_id)
    if held is None:
        return ""
    named = queries.author(session, held.id)
    credit = rules.credit(held.content, (named.name if named else None) or "")
    return Markup(render_template("formats/note.html", held=held, credit=credit, naming=named))  # noqa: S704 - a template of ours


def _author_form(format_id: str, form: FormView) -> str:
    session = db.session()
    held, named = queries.ours(session, format_id), queries.author(session, format_id)
    return render_template("formats/author.html", held=held, naming=named, form=form, back=back_to(format_id))
