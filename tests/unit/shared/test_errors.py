import pytest

from shared import errors
from shared.errors import Conflict, FieldFault, Invalid, Refusal, TooMany, Unavailable, within
from shared.marking import Phrase


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Refusal, "registry", dict(Refusal.registry))


def test_a_refusal_says_its_sentence_with_its_parameters() -> None:
    class NoDesk(Conflict):
        slug = "no-desk-of-a-test"
        title = "No desk is free"
        sentence = "No desk is free on %(day)s."

    refusal = NoDesk(day="2026-03-29")
    assert refusal.detail == str(refusal) == "No desk is free on 2026-03-29."
    assert refusal.params == {"day": "2026-03-29"}
    assert isinstance(refusal.detail, Phrase)
    assert Refusal.registry["no-desk-of-a-test"] is NoDesk
    with pytest.raises(KeyError):
        NoDesk()


def test_a_refusal_may_say_something_of_its_own() -> None:
    refusal = Conflict("Try 100 % later.")
    assert refusal.detail == "Try 100 % later."
    assert (refusal.slug, refusal.errors, refusal.params) == ("conflict", [], {})


def test_an_invalid_one_points_at_its_fields() -> None:
    faults = [FieldFault(pointer="/name", detail="This is needed.")]
    assert Invalid(errors=faults).errors == faults


def test_what_a_field_carries_is_refused_at_that_field() -> None:
    inner = [FieldFault(pointer="/at", detail="This time has not come yet."), FieldFault(pointer="", detail="No.")]
    with pytest.raises(Invalid) as caught, within("application"), within("record"):
        raise Invalid(errors=inner)
    assert [fault["pointer"] for fault in caught.value.errors] == ["/application/record/at", "/application/record"]
    with pytest.raises(Conflict) as whole, within("record"):
        raise Conflict("Too late.")
    assert whole.value.errors == [FieldFault(pointer="/record", detail="Too late.")]
    with within("record"):
        pass


def test_one_may_say_when_to_come_back() -> None:
    assert TooMany().retry_after_seconds is None
    assert TooMany(retry_after_seconds=0).retry_after_seconds == 0
    refusal = Unavailable(retry_after_seconds=5)
    assert (refusal.retry_after_seconds, refusal.params) == (5, {})


@pytest.mark.parametrize("name", ["type", "title", "status", "instance"])
def test_a_parameter_cannot_take_a_name_of_the_problem_body(name: str) -> None:
    with pytest.raises(TypeError, match=name):
        Conflict(**{name: "x"})  # type: ignore[arg-type]


def test_a_slug_is_taken_once() -> None:
    with pytest.raises(TypeError, match=r"taken by shared\.errors\.Gone"):
        type("Vanished", (Conflict,), {"slug": "gone"})


def test_the_same_class_may_be_loaded_again() -> None:
    def load() -> type[Refusal]:
        class Twice(Conflict):
            slug = "loaded-twice"

        return Twice

    assert load() is not load()


@pytest.mark.parametrize("slug", ["", "Desk", "no_desk", "no--desk", "-desk", "desk-", "tisché"])
def test_a_slug_is_in_kebab_case(slug: str) -> None:
    with pytest.raises(TypeError, match="kebab-case"):
        type("Odd", (Conflict,), {"slug": slug})


def test_a_subclass_needs_a_slug_of_its_own() -> None:
    with pytest.raises(TypeError, match="slug of its own"):
        type("Nameless", (Conflict,), {})


def test_there_is_no_tenth_kind() -> None:
    with pytest.raises(TypeError, match="nine kinds"):
        type("Teapot", (Refusal,), {"slug": "teapot"})


def test_the_nine_kinds_are_registered() -> None:
    named: list[object] = list(vars(errors).values())
    kinds = {kind for kind in named if isinstance(kind, type) and issubclass(kind, Refusal) and kind is not Refusal}
    assert len(kinds) == 9
    assert all(Refusal.registry[kind.slug] is kind for kind in kinds)
