"""Habits that reviews would otherwise have to look for: where a transaction ends, where time and settings come from."""

import ast
import re

from tests.support.sources import PRODUCT, SERVICES, dotted, files, found, imported, modules, text

TRANSACTION_ENDS = {"commit", "rollback"}
# The edge itself: the decorators, the session and the lock that they are made of, and the runner of migrations.
EDGE = ("shared/db.py", "shared/sessions.py", "shared/sqlite_lock.py", "shared/migrate.py", "shared/migrations_env.py")
MESSAGING = ("shared/messaging/*.py",)
READS_ENVIRONMENT = ("*/config.py", "shared/config.py")
CLOCK = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.localtime", "time.gmtime"}


def test_only_the_edge_ends_a_transaction() -> None:
    def ends(node: ast.AST) -> str | None:
        called = node.func if isinstance(node, ast.Call) else None
        return called.attr if isinstance(called, ast.Attribute) and called.attr in TRANSACTION_ENDS else None

    assert found(modules("shared", *SERVICES), ends, but=[*EDGE, *MESSAGING]) == []


def test_tables_come_from_migrations_alone() -> None:
    assert found(modules(*PRODUCT), lambda node: "create_all" if getattr(node, "attr", "") == "create_all" else None) == []


def test_only_the_settings_read_the_environment() -> None:
    def reads(node: ast.AST) -> str | None:
        return name if (name := dotted(node)) in {"os.environ", "os.environb", "os.getenv", "os.putenv"} else None

    assert found(modules("shared", *SERVICES), reads, but=READS_ENVIRONMENT) == []
    hidden = [f"{p}:{line}" for p in modules(*PRODUCT) for line, name in imported(p) if name in {"os.environ", "os.getenv"}]
    assert hidden == []


def test_the_time_comes_from_the_clock() -> None:
    def asks(node: ast.AST) -> str | None:
        name = dotted(node.func) if isinstance(node, ast.Call) else ""
        return name if any(name == clock or name.endswith(f".{clock}") for clock in CLOCK) else None

    # Authlib judges its tokens by the machine's clock, so what is built on it does the same.
    tokens = ("shared/oauth.py", "federation/trust/api.py")
    assert found(modules("shared", *SERVICES), asks, but=["shared/clock.py", *tokens]) == []


def test_nothing_rests_on_the_deprecated_half_of_authlib() -> None:
    assert [f"{p}:{line}" for p in modules(*PRODUCT) for line, name in imported(p) if name.startswith("authlib.jose")] == []


def test_requests_leave_only_through_the_one_client() -> None:
    clients = {"requests", "urllib3", "httpx", "http.client", "urllib.request", "socket", "smtplib"}
    users = {str(p) for p in modules("shared", *SERVICES) for _, name in imported(p) if name in clients}
    # The last two take connections, and make none.
    served = {"shared/slow_clients.py", "shared/serving.py"}
    assert users <= {"shared/http.py", "shared/addresses.py", "shared/mail/backends.py", *served}


def test_nothing_is_left_for_later() -> None:
    def unfinished(node: ast.AST) -> str | None:
        return name if (name := getattr(node, "id", "")).startswith("NotImplementedE") else None

    assert found(modules(*PRODUCT), unfinished) == []
    # Ruff reads the comments in Python; these are the other files written by hand.
    pages = [path for kind in ("*.html", "*.css", "*.js", "*.po") for path in files(kind, *PRODUCT)]
    marks = re.compile(r"\b(?:TO[D]O|FIX[M]E|X[X]X)\b")
    assert [str(path) for path in pages if ".min." not in path.name and marks.search(text(path))] == []


def test_no_test_can_be_skipped_or_excused() -> None:
    excuses = {"skip", "skipif", "xfail", "importor" + "skip", "skipTest", "skipIf", "skipUnless", "expectedFailure"}
    assert found(modules("tests"), lambda node: node.attr if getattr(node, "attr", "") in excuses else None) == []


def test_tests_use_the_real_thing() -> None:
    mocks = ("unittest.mock", "mock", "responses", "requests_mock", "freezegun")
    assert [f"{p}:{line}: {name}" for p in modules("tests") for line, name in imported(p) if name in mocks] == []
