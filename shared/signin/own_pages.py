"""`/my-account`: where somebody is signed in, and an end to it, there or everywhere else."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from shared.access import audience
from shared.clock import current_clock
from shared.mail import is_on
from shared.signin import gates
from shared.signin.service import SignedIn, SignInService


def own_blueprint(service: SignInService, *, more: str | None = None) -> Blueprint:
    """Return the pages. `more` names a template of the service's with further settings of the account."""
    pages = audience(Blueprint("account", __name__, template_folder="templates"), "signed-in")

    @pages.get("/my-account")
    def index() -> str:
        signed_in = _signed_in()
        rows = service.open_sessions(signed_in, current_clock().now())
        about = {"account": signed_in.account, "rows": rows, "own": signed_in.session_id}
        return render_template("signin/account.html", **about, more=more, mail_is_on=is_on())

    @pages.post("/my-account/sessions/<id:session_id>/end")
    def end(session_id: str) -> Response:
        signed_in = _signed_in()
        service.end_others(signed_in, current_clock().now(), session_id)
        if session_id == signed_in.session_id:
            return redirect(url_for("signin.sign_in"), HTTPStatus.SEE_OTHER)
        flash(gettext("That browser is signed out."), "good")
        return redirect(url_for("account.index"), HTTPStatus.SEE_OTHER)

    @pages.post("/my-account/sessions/end-others")
    def end_others() -> Response:
        count = service.end_others(_signed_in(), current_clock().now())
        flash(ngettext("%(num)s other browser is signed out.", "%(num)s other browsers are signed out.", count), "good")
        return redirect(url_for("account.index"), HTTPStatus.SEE_OTHER)

    return pages


def _signed_in() -> SignedIn:
    signed_in = gates.current_session()
    assert signed_in is not None, "the gate has let somebody in"
    return signed_in
