"""Default deny: who is let in, who is sent to sign in, and which apps do not start at all."""

import pytest
from flask import Blueprint, Flask, g

from shared import access, csrf, problems, ui
from shared.access import UnguardedRoute, audience
from shared.errors import Forbidden, Unauthenticated


def bare_app() -> Flask:
    app = Flask(__name__, static_folder=None)
    app.config.update(SECRET_KEY="unit", SESSION_COOKIE_SECURE=False)
    ui.install(app)
    csrf.install(app)
    problems.install(app)
    access.prepare(app)
    return app


def blueprint(name, who=None, path="/x"):
    made = Blueprint(name, __name__)
    made.route(path, methods=["GET", "POST"], endpoint="page")(lambda: "in")
    return audience(made, who) if who else made


def stranger():
    raise Unauthenticated


def unwelcome():
    raise Forbidden


def known():
    g.caller = "ada"


@pytest.fixture
def site():
    """Paths of every audience; nobody is signed in."""
    app = bare_app()
    for name, who, path in [
        ("open", "public", "/open"),
        ("tokens", "public-api", "/oauth/token"),
        ("fed", "space", "/fed/v1/x"),
        ("staff", "manager", "/staff"),
        ("staff_api", "manager", "/api/staff"),
        ("desk", "desk", "/desk"),
        ("member", "member", "/è"),
    ]:
        app.register_blueprint(blueprint(name, who, path))
    access.install(app, {"manager": stranger, "space": stranger, "desk": unwelcome, "member": stranger})
    return app.test_client()


def test_a_route_without_an_audience_keeps_the_app_from_starting():
    app = bare_app()
    app.register_blueprint(blueprint("lost"))
    app.add_url_rule("/loose", "loose", lambda: "in")
    with pytest.raises(UnguardedRoute, match=r"loose has no audience; lost\.page has no audience"):
        access.install(app, {})


def test_an_audience_without_a_gate_keeps_the_app_from_starting():
    app = bare_app()
    app.register_blueprint(blueprint("staff", "manager"))
    with pytest.raises(UnguardedRoute, match="manager"):
        access.install(app, {"operator": known})


def test_a_word_that_is_no_audience_is_refused():
    with pytest.raises(ValueError, match="everybody"):
        audience(Blueprint("x", __name__), "everybody")


def test_before_the_gates_are_there_nobody_gets_in():
    app = bare_app()
    app.register_blueprint(blueprint("open", "public"))
    assert app.test_client().get("/x").status_code == 403


def test_a_route_that_came_later_is_closed():
    app = bare_app()
    access.install(app, {})
    app.register_blueprint(blueprint("late"))
    assert app.test_client().get("/x").status_code == 403


def test_a_nested_blueprint_has_the_audience_of_the_one_around_it():
    app = bare_app()
    outer, inner = audience(Blueprint("outer", __name__), "manager"), blueprint("inner")
    outer.register_blueprint(inner)
    outer.register_blueprint(blueprint("exception", "public", "/open"))
    app.register_blueprint(outer)
    access.install(app, {"manager": unwelcome})
    assert app.test_client().get("/x").status_code == 403
    assert app.test_client().get("/open").text == "in"


def test_files_are_for_everybody(tmp_path):
    (tmp_path / "a.txt").write_text("file")
    app = bare_app()
    app.static_folder = str(tmp_path)
    app.add_url_rule("/static/<path:filename>", "static", app.send_static_file)
    app.register_blueprint(Blueprint("files", __name__, static_folder=str(tmp_path), static_url_path="/files"))
    access.install(app, {})
    for path in ("/static/a.txt", "/files/a.txt"):
        response = app.test_client().get(path)
        assert response.text == "file"
        response.close()


def test_a_view_that_calls_itself_static_is_no_file():
    app = bare_app()
    posing = Blueprint("posing", __name__)
    posing.get("/x", endpoint="static")(lambda: "in")
    app.register_blueprint(posing)
    with pytest.raises(UnguardedRoute, match=r"posing\.static"):
        access.install(app, {})


def test_public_pages_are_open(site):
    assert site.get("/open").text == "in"


def test_a_stranger_is_sent_to_sign_in_and_back(site):
    response = site.get("/staff?day=2026-03-29&q=a%20b")
    assert response.status_code == 303
    assert response.location == "/sign-in?next=%2Fstaff%3Fday%3D2026-03-29%26q%3Da%2520b"
    assert site.head("/staff").status_code == 303
    assert site.get("/è").location == "/sign-in?next=%2F%25C3%25A8"


def test_a_stranger_is_sent_back_to_no_foreign_address(site):
    assert site.get("/staff?" + "a" * 3000).location == "/sign-in?next=%2F"


@pytest.mark.parametrize("path", ["/api/staff", "/fed/v1/x"])
def test_a_program_gets_a_problem_instead(site, path):
    response = site.get(path)
    assert response.status_code == 401
    assert response.mimetype == "application/problem+json"
    assert response.json["type"].endswith("/unauthenticated")


def test_a_form_of_a_stranger_is_refused_where_it_stands(site):
    response = site.post("/staff")
    assert response.status_code == 401
    assert response.mimetype == "text/html"


def test_a_script_in_the_page_makes_the_whole_page_go_to_sign_in(site):
    response = site.get("/staff", headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/staff?tab=2"})
    assert response.status_code == 401
    assert response.headers["HX-Redirect"] == "/sign-in?next=%2Fstaff%3Ftab%3D2"
    assert site.get("/staff", headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/sign-in?next=%2F"


def test_somebody_without_the_role_is_refused(site):
    assert site.get("/desk").status_code == 403


def test_what_is_not_there_and_what_is_not_taken_need_no_gate(site):
    assert site.get("/nowhere").status_code == 404
    assert site.delete("/staff").status_code == 405


def test_machines_need_no_form_token_and_browsers_do(site):
    assert site.post("/oauth/token").text == "in"
    assert site.post("/open").status_code == 403


@pytest.mark.parametrize("trick", [{"X-HTTP-Method-Override": "DELETE"}, {"X-HTTP-Method": "GET"}, {"X-Method-Override": "GET"}])
def test_a_header_does_not_change_the_method(site, trick):
    assert site.post("/open", headers=trick).status_code == 403
    assert site.post("/open", data={"_method": "GET"}, headers=trick).status_code == 403


def test_whether_a_machine_asks_is_known_to_the_view():
    app = bare_app()
    for name, who in [("page", "public"), ("api", "public-api")]:
        made = audience(Blueprint(name, __name__), who)
        made.get(f"/{name}", endpoint="x")(lambda: str(access.is_machine()))
        app.register_blueprint(made)
    access.install(app, {})
    assert app.test_client().get("/page").text == "False"
    assert app.test_client().get("/api").text == "True"
