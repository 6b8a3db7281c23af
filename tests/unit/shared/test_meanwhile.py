"""What was changed meanwhile is neither undone nor lost: each value is compared with what the form showed."""

import pytest
from werkzeug.datastructures import MultiDict

from shared.errors import Invalid
from shared.meanwhile import SHOWN_FIELD, ChangedMeanwhile, again, changes, filled

STORED = {"name": "Ada", "company": None, "seats": 3}


def shown(**stored: object) -> str:
    return str(filled({**STORED, **stored})[SHOWN_FIELD])


def test_only_what_the_sender_has_changed_is_changed() -> None:
    typed = {"name": "Ada", "company": "", "seats": 4}
    assert changes(typed, stored={**STORED, "name": "Ada B."}, shown=shown()) == {"seats": 4}


def test_what_both_have_changed_alike_is_no_quarrel() -> None:
    assert changes({**STORED, "seats": 4}, stored={**STORED, "seats": 4}, shown=shown()) == {}


@pytest.mark.parametrize(
    ("now", "said"), [(5, "Somebody has changed this to “5” meanwhile."), (None, "Somebody has emptied this")]
)
def test_what_both_have_changed_is_refused_at_its_field_with_what_stands_there(now: int | None, said: str) -> None:
    with pytest.raises(ChangedMeanwhile) as refused:
        changes({**STORED, "seats": 4}, stored={**STORED, "seats": now}, shown=shown())
    [fault] = refused.value.errors
    assert (fault["pointer"], fault["detail"].startswith(said)) == ("/seats", True)


def test_what_tells_nothing_of_what_it_showed_overwrites_nothing() -> None:
    for told in ("", "name", "seats=seats"):
        with pytest.raises(ChangedMeanwhile):
            changes({**STORED, "seats": 4}, stored=STORED, shown=told)
    assert changes(STORED, stored=STORED, shown="") == {}


def test_the_form_comes_back_with_what_was_typed_beside_what_is_stored_now_and_can_be_sent_again() -> None:
    now = {"name": "Ada B.", "company": "Rossi", "seats": 5}
    sent = MultiDict({"name": "Ada", "company": "", "seats": "4", SHOWN_FIELD: shown()})
    with pytest.raises(ChangedMeanwhile) as refused:
        changes({**STORED, "seats": 4}, stored=now, shown=sent[SHOWN_FIELD])
    form = again(refused.value, sent, now)
    assert form.to_dict(flat=False) == {"name": ["Ada B."], "company": ["Rossi"], "seats": ["4"], SHOWN_FIELD: [shown(**now)]}
    assert changes({**now, "seats": 4}, stored=now, shown=form[SHOWN_FIELD]) == {"seats": 4}


def test_a_form_that_is_refused_otherwise_comes_back_as_it_was_sent() -> None:
    sent = MultiDict({"seats": "many", SHOWN_FIELD: shown()})
    assert again(Invalid(), sent, {**STORED, "seats": 5}) == sent
