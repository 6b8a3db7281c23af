import json

import pytest

from shared.marking import N_, Phrase


def test_marking_a_text_leaves_it_as_it_is() -> None:
    assert N_("A desk is free.") == "A desk is free."


def test_a_phrase_reads_like_its_filled_text() -> None:
    phrase = Phrase("At most %(max)s characters, 100 %%.", max=80)
    assert phrase == "At most 80 characters, 100 %."
    assert json.dumps([phrase]) == '["At most 80 characters, 100 %."]'


def test_a_phrase_keeps_what_a_translation_needs() -> None:
    phrase = Phrase("At most %(max)s characters.", max=80)
    assert phrase.template % phrase.params == phrase
    assert (phrase.template, phrase.params) == ("At most %(max)s characters.", {"max": 80})


def test_a_phrase_without_a_parameter_of_its_template_cannot_be_made() -> None:
    with pytest.raises(KeyError):
        Phrase("At most %(max)s characters.")
