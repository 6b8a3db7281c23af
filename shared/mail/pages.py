"""`/mail`: the mails that could not be sent, or of which nobody knows; somebody tries them again, or gives them up."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from shared.access import Audience, audience
from shared.clock import current_clock
from shared.db import Database, read_only, transactional
from shared.fields import Id
from shared.mail import queue
from shared.mail.queue import MailMixin
from shared.schemas import FormSchema, load


class ParkedMailForm(FormSchema):
    """Which parked mail."""

    id = Id(required=True)


def mail_blueprint(db: Database, Mail: type[MailMixin], who: Audience) -> Blueprint:
    """Return the pages about a service's mails, for whoever looks after it."""
    pages = audience(Blueprint("mail", __name__, template_folder="templates"), who)

    @pages.get("/mail")
    @read_only(db)
    def index() -> str:
        session = db.session()
        troubled = {"rows": queue.parked(session, Mail), "late": queue.put_off(session, Mail)}
        waiting = queue.counts(session, Mail)["waiting_count"]
        return render_template("mail/parked.html", **troubled, waiting=waiting, is_on=queue.is_on())

    @pages.post("/mail/retry")
    @transactional(db)
    def retry() -> Response:
        queue.retry(db.session(), Mail, _wanted(), now=current_clock().now())
        flash(gettext("It goes out with the worker’s next turn."), "info")
        return redirect(url_for("mail.index"), HTTPStatus.SEE_OTHER)

    @pages.post("/mail/discard")
    @transactional(db)
    def discard() -> Response:
        queue.discard(db.session(), Mail, _wanted(), now=current_clock().now())
        flash(gettext("Given up."), "info")
        return redirect(url_for("mail.index"), HTTPStatus.SEE_OTHER)

    return pages


def _wanted() -> str:
    wanted: str = load(ParkedMailForm, request.form)["id"]
    return wanted
