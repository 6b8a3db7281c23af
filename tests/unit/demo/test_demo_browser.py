"""The demo's browser: what it makes of a page's forms, links, words and codes."""

import pytest
import requests

from demo.browser import Form, Page, PageMissing, read_page


def page_of(html: str, url: str = "http://127.0.0.1:8601/find?on=2026-11-19", status: int = 200) -> Page:
    answer = requests.Response()
    answer.url, answer.status_code, answer._content = url, status, html.encode()
    return read_page(answer)


def test_hidden_fields_are_kept_with_what_was_typed_and_chosen() -> None:
    page = page_of("""
        <form method="post" action="/trips"><input type="hidden" name="csrf_token" value="abc">
        <input name="note" value="by the &quot;window&quot;"><input type="checkbox" name="quiet">
        <input type="radio" name="part" value="day">
        <input type="radio" name="part" value="morning" checked><select name="zone"><option value="a">A</option>
        <option value="b" selected>B</option></select><textarea name="text">
one  two</textarea><button name="go" value="1">Go</button></form>""")
    assert page.forms == [
        Form(
            "http://127.0.0.1:8601/trips",
            "post",
            {"csrf_token": "abc", "note": 'by the "window"', "part": "morning", "zone": "b", "text": "one  two"},
        )
    ]


def test_a_list_without_a_choice_gives_its_first_value() -> None:
    page = page_of('<form><select name="part"><option value="day">Day</option><option value="morning">M</option></select></form>')
    assert page.forms[0].fields == {"part": "day"}


def test_a_form_without_address_goes_back_to_its_own_page() -> None:
    assert page_of('<form method="POST"></form>').forms == [Form("http://127.0.0.1:8601/find?on=2026-11-19", "post")]


def test_fields_outside_of_a_form_belong_to_none() -> None:
    assert page_of('<input name="a" value="1"><form action="/x"></form><textarea name="b">t</textarea>').forms[0].fields == {}


def test_a_form_is_found_by_its_address_and_values() -> None:
    one = '<form method="post" action="/trips"><input name="host" value="{}"></form>'
    page = page_of(one.format("rome") + one.format("thecube-london"))
    assert page.form("/trips", host="thecube-london") is page.forms[1]
    with pytest.raises(PageMissing, match="has no form to /trips with"):
        page.form("/trips", host="nowhere")


def test_a_form_is_found_by_the_fields_that_one_would_fill_in() -> None:
    page = page_of('<form><input name="email"></form><form method="post"><input name="email"><input name="password"></form>')
    assert page.form_with("email") is page.forms[1]
    with pytest.raises(PageMissing, match="has no form with passport"):
        page.form_with("passport")


def test_only_words_that_are_shown_count_as_text() -> None:
    unseen = "<script>no</script><svg><title>no</title></svg>"
    page = page_of(f"<head><title>T</title><style>s</style></head><body><p>You are\n <b>expected</b></p>{unseen}</body>")
    assert page.text == "You are expected"


def test_links_are_collected_and_the_path_is_where_the_browser_ended() -> None:
    page = page_of('<a href="/trips/1">x</a><a name="y">y</a>')
    assert (page.links, page.path) == (["/trips/1"], "/find")


def test_a_code_is_read_with_all_its_blanks() -> None:
    assert page_of("<textarea readonly data-passport-text>FP1:6BF  A$ %*+</textarea><p>rest</p>").marked == {
        "data-passport-text": "FP1:6BF  A$ %*+"
    }


def test_an_attribute_without_an_end_tag_marks_nothing() -> None:
    assert page_of('<input data-label-text="x"><p>rest</p>').marked == {}
