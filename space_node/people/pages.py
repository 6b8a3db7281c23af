"""The member's pages about people: what is asked of them, what they ask, their cards, and whom they were introduced to."""

import datetime as dt
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import abort
from werkzeug.wrappers import Response

from shared.access import audience
from shared.clock import current_clock
from shared.errors import Refusal
from shared.ids import new_id
from shared.problems import status_of
from shared.protocol.people_states import CardKind, Circle, ContactField, IntroductionState, Skill
from shared.schemas import load
from shared.signin import current_session
from shared.ui import FormView, state_label
from shared.ui.filters import language_word
from shared.ui.locale import choose_language
from space_node.db import db, read_only, transactional
from space_node.members import queries as members
from space_node.people import queries, rules, service
from space_node.people.schemas import AskForm, CardForm, LimitForm, YesForm
from space_node.uplink import queries as uplink

people_pages = audience(Blueprint("people", __name__, template_folder="templates"), "member")
Answer = Response | tuple[str, int]


@people_pages.get("/people")
@read_only
def index() -> str:
    """What waits for one's word, what one asks, whom one knows through it."""
    session, member = db.session(), _member()
    rows = [row for row in queries.introductions(session, member.id) if row.state != IntroductionState.CLOSED]
    waiting = [row for row in rows if "yes" in rules.can_say(row.side, row.state)]
    return render_template(
        "people/index.html",
        waiting=waiting,
        rows=[row for row in rows if row not in waiting],
        asks=[
            (ask, rules.is_open(state=ask.state, closes_at=ask.closes_at, now=_now())) for ask in queries.asks(session, member.id)
        ],
        cards_count=len(queries.cards(session, member.id)),
        names=uplink.space_names(session),
    )


@people_pages.get("/people/ask")
@read_only
def ask_form() -> str:
    """Write a question; the id is minted with the form, so that one sent twice is one ask."""
    first = {"kind": CardKind.CAN_ADVISE, "reach": Circle.TWINS, "language": choose_language()}
    return _ask_form(FormView(first))


@people_pages.post("/people/ask")
def ask() -> Answer:
    """Ask."""

    def work() -> object:
        wanted = service.Wanted(**load(AskForm, request.form))
        return service.ask(db.session(), member_id=_member().id, wanted=wanted, now=_now())

    return _do(work, again=_ask_form, said=gettext("Your question is on its way. Who answers shows here."))


@people_pages.post("/people/asks/<id:ask_id>/close")
@transactional
def close(ask_id: str) -> Response:
    """Look no longer."""
    service.close(db.session(), ask_id=ask_id, member_id=_member().id, now=_now())
    return redirect(url_for("people.index"), 303)


@people_pages.get("/people/cards")
@read_only
def cards() -> str:
    """One's cards, and how often one wants to be asked."""
    return _cards(FormView())


@people_pages.post("/people/cards")
def add_card() -> Answer:
    """Show one more thing, or the same otherwise."""

    def work() -> object:
        return service.add_card(db.session(), member_id=_member().id, **load(CardForm, request.form), now=_now())

    return _do(work, again=_cards, to=url_for("people.cards"))


@people_pages.post("/people/cards/<id:card_id>/drop")
@transactional
def drop_card(card_id: str) -> Response:
    """Show it no longer."""
    service.drop_card(db.session(), member_id=_member().id, card_id=card_id, now=_now())
    return redirect(url_for("people.cards"), 303)


@people_pages.post("/people/limit")
def limit() -> Answer:
    """Say how many introductions one wants at a time."""

    def work() -> None:
        service.set_limit(db.session(), member_id=_member().id, **load(LimitForm, request.form))

    return _do(work, again=_cards, to=url_for("people.cards"), said=gettext("Noted."))


@people_pages.get("/people/<id:introduction_id>")
@read_only
def detail(introduction_id: str) -> str:
    """One introduction, as far as it has come."""
    return _detail(introduction_id, FormView({"ticked": [ContactField.NAME]}))


@people_pages.post("/people/<id:introduction_id>/yes")
def yes(introduction_id: str) -> Answer:
    """Say yes, and what the other person may know."""

    def work() -> object:
        said = load(YesForm, request.form)
        return service.say_yes(db.session(), introduction_id=introduction_id, member_id=_member().id, **said, now=_now())

    return _do(
        work, again=lambda form: _detail(introduction_id, form), to=url_for("people.detail", introduction_id=introduction_id)
    )


@people_pages.post("/people/<id:introduction_id>/<any(no, end):word>")
@transactional
def say(introduction_id: str, word: str) -> Response:
    """Say no, or take back what was told."""
    about: dict[str, Any] = {"introduction_id": introduction_id, "member_id": _member().id, "now": _now()}
    if word == "end":
        service.end(db.session(), **about)
        return redirect(url_for("people.detail", introduction_id=introduction_id), 303)
    service.say_no(db.session(), **about)
    return redirect(url_for("people.index"), 303)


def _do(work: Callable[[], object], *, again: Callable[[FormView], str], to: str = "", said: str = "") -> Answer:
    """Do what a form says and go on; what is refused is said on the same form."""
    try:
        transactional(work)()
    except Refusal as refusal:
        form = FormView.refused(refusal, request.form)
        return read_only(lambda: again(form))(), status_of(type(refusal))
    if said:
        flash(said, "good")
    return redirect(to or url_for("people.index"), 303)


def _ask_form(form: FormView) -> str:
    session = db.session()
    own = uplink.identity(session)
    codes = dict.fromkeys((choose_language(), *(own.profile["languages"] if own else ()), "en"))
    counts = queries.card_counts(session)
    return render_template(
        "people/ask.html",
        form=form,
        ask_id=form.value("ask_id") or new_id(),
        topics=_options(Skill),
        kinds=_options(CardKind),
        circles=_options(Circle),
        languages=[(code, language_word(code)) for code in codes],
        counts=[(state_label(topic).text, count) for topic, count in sorted(counts.items())],
        days=rules.ASK_LIFE.days,
    )


def _cards(form: FormView) -> str:
    session, member = db.session(), _member()
    is_limit = form.value("max_open", None) is not None
    new_card = {"kind": CardKind.CAN_ADVISE, "reach": Circle.SPACE}
    return render_template(
        "people/cards.html",
        form=form if form.failed and not is_limit else FormView(new_card),
        limit_form=form if is_limit else FormView({"max_open": queries.max_open(session, member.id)}),
        max_open=rules.OPEN_INTRODUCTIONS_MAX,
        cards=queries.cards(session, member.id),
        topics=_options(Skill),
        kinds=_options(CardKind),
        circles=_options(Circle),
    )


def _detail(introduction_id: str, form: FormView) -> str:
    session, member = db.session(), _member()
    row = queries.mine(session, introduction_id=introduction_id, member_id=member.id)
    known = {ContactField.NAME: member.name, ContactField.EMAIL: member.email, ContactField.COMPANY: member.company}
    return render_template(
        "people/detail.html",
        row=row,
        home=uplink.space_names(session).get(row.home, row.home),
        can_say=rules.can_say(row.side, row.state) if row.closes_at > _now() or row.introduced_at else set(),
        form=form,
        fields=[(f, label, known.get(f, "")) for f, label in _options(ContactField) if f == ContactField.NOTE or known[f]],
        told=[state_label(field, ContactField.__name__).text for field in row.ticked],
        kept_days=rules.CONTACT_KEPT.days,
    )


def _options(words: type[StrEnum]) -> list[tuple[Any, str]]:
    return [(word, state_label(word).text) for word in words]


def _member() -> members.Member:
    """The signed-in member."""
    signed_in = current_session()
    return (signed_in and members.of_account(db.session(), signed_in.account.account_id)) or abort(404)


def _now() -> dt.datetime:
    return current_clock().now()
