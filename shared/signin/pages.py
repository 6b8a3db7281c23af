"""`/sign-in`, `/sign-out`, `/forgotten` and `/welcome/<token>`: the same pages for operators, managers, desks and members."""

from http import HTTPStatus

import marshmallow as ma
from flask import Blueprint, Response, current_app, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from shared import csrf, headers
from shared.access import audience
from shared.clock import current_clock
from shared.errors import FieldFault, Invalid, Refusal
from shared.kept import Kept, unpack
from shared.mail import is_on
from shared.marking import N_
from shared.problems import status_of
from shared.redirects import local_path
from shared.schemas import FormSchema, load
from shared.signin import gates
from shared.signin.devices import device_of, remember
from shared.signin.passwords import MIN_LENGTH
from shared.signin.service import SignInService, Visitor, normal_email
from shared.signin.throttle import TooManyAttempts
from shared.ui.forms import FormView
from shared.ui.locale import choose_language

About = dict[str, object]
_MISMATCH = N_("E-mail address and password do not match.")
_DIFFERENT = N_("The two passwords differ.")


class SignInForm(FormSchema):
    """What is typed here is only compared, never shown to others or stored, so nothing is asked of it."""

    email = ma.fields.String(load_default="")
    password = ma.fields.String(load_default="")
    kept = ma.fields.String(load_default="")


class ForgottenForm(FormSchema):
    """Whose password is forgotten; whether there is such an address is never said."""

    email = ma.fields.String(load_default="")


class WelcomeForm(FormSchema):
    """The rules of passwords are judged by `passwords.py`."""

    password = ma.fields.String(load_default="")
    password_again = ma.fields.String(load_default="")


def signin_blueprint(service: SignInService, *, home: str = "/") -> Blueprint:
    """Return the pages; `home` is where a person lands who came from nowhere in particular."""
    pages = audience(Blueprint("signin", __name__, template_folder="templates"), "public")

    @pages.get("/sign-in")
    def sign_in() -> BaseResponse:
        if gates.current_session():
            return _to(local_path(request.args.get("next"), home))
        return _page("signin/sign_in.html")

    @pages.post("/sign-in")
    def sign_in_now() -> BaseResponse:
        where, about = local_path(request.args.get("next"), home), About()
        try:
            typed = load(SignInForm, request.form)
            about["kept"] = kept = unpack(typed.pop("kept"), where)
            if kept and not any(typed.values()):
                return _page("signin/sign_in.html", about=about)
            token = service.attempt(**typed, visitor=_visitor(), now=current_clock().now())
        except (TooManyAttempts, Invalid) as refusal:
            return _refused("signin/sign_in.html", refusal, about)
        if token is None:
            return _refused("signin/sign_in.html", Invalid(_MISMATCH), about)
        return _entered(_kept_page(service, token, kept) if kept else _to(where), token, typed["email"])

    @pages.post("/sign-out")
    def sign_out() -> BaseResponse:
        return _leave(service)

    _by_link(pages, service, home)
    return pages


def _by_link(pages: Blueprint, service: SignInService, home: str) -> None:
    """The pages by which a password is set: the link, and the way to ask for one."""

    @pages.get("/forgotten")
    def forgotten() -> BaseResponse:
        return _page("signin/forgotten.html", about={"sent": False})

    @pages.post("/forgotten")
    def forgotten_now() -> BaseResponse:
        try:
            service.forgot(**load(ForgottenForm, request.form), visitor=_visitor(), now=current_clock().now())
        except (TooManyAttempts, Invalid) as refusal:
            return _refused("signin/forgotten.html", refusal, {"sent": False})
        return _page("signin/forgotten.html", about={"sent": True})

    @pages.get("/welcome/<token>")
    def welcome(token: str) -> BaseResponse:
        return _welcome_page(service, token)

    @pages.post("/welcome/<token>")
    def welcome_now(token: str) -> BaseResponse:
        try:
            fields = load(WelcomeForm, request.form)
            if fields["password"] != fields["password_again"]:
                raise Invalid(errors=[FieldFault(pointer="/password_again", detail=_DIFFERENT)])
            now = current_clock().now()
            account = service.invited(token, now)
            session = service.welcome(token, fields["password"], visitor=_visitor(), now=now)
        except Invalid as refusal:
            return _welcome_page(service, token, refusal)
        return _entered(_to(home), session, account.email)


def _leave(service: SignInService) -> BaseResponse:
    token = gates.session_token()
    if token:
        service.leave(token, current_clock().now())
    response = _to(url_for("signin.sign_in"))
    gates.drop_session(response)
    return response


def _to(where: str) -> BaseResponse:
    return redirect(where, HTTPStatus.SEE_OTHER)


def _kept_page(service: SignInService, token: str, kept: Kept) -> Response:
    """What was typed before, for the session that has just begun."""
    g.caller = service.recognise(token, current_clock().now())
    csrf.bind(token)
    return _page("signin/kept.html", about={"kept": kept})


def _entered(response: BaseResponse, token: str, email: str) -> BaseResponse:
    gates.set_session(response, token)
    gates.set_known(response, remember(gates.known_cookie(), secret=_secret(), email=normal_email(email)))
    return response


def _visitor() -> Visitor:
    return Visitor(
        address=request.remote_addr,
        secret=_secret(),
        old_token=gates.session_token(),
        known=gates.known_cookie(),
        device=device_of(request.user_agent.string),
        language=choose_language(),
    )


def _welcome_page(service: SignInService, token: str, refusal: Invalid | None = None) -> BaseResponse:
    about = {"account": service.invited(token, current_clock().now()), "min_length": MIN_LENGTH}
    page = _refused("signin/welcome.html", refusal, about) if refusal else _page("signin/welcome.html", about=about)
    # The address is a secret until it has been used.
    page.headers["Referrer-Policy"] = "no-referrer"
    return page


def _refused(template: str, refusal: Refusal, about: About | None = None) -> Response:
    """Show the form again, as typed but for passwords, with the refusal's status."""
    page = _page(template, FormView.refused(refusal, {"email": request.form.get("email", "")}), about)
    page.status_code = status_of(type(refusal))
    if refusal.retry_after_seconds is not None:
        page.headers["Retry-After"] = str(refusal.retry_after_seconds)
    return page


def _page(template: str, form: FormView | None = None, about: About | None = None) -> Response:
    headers.no_store()
    return make_response(render_template(template, form=form or FormView(), mail_is_on=is_on(), **(about or {})))


def _secret() -> str | bytes:
    secret = current_app.secret_key
    assert secret, "make_app sets the secret key"
    return secret
