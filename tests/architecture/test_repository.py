"""The repository as a whole: what is locked, what is packed, what is run, what its documents point at."""

import re
import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from tests.support.sources import PRODUCT, ROOT, files, imported, modules, text
from tests.tiers import TIERS

LOCKS = ("base", "dev", "uv")
PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ ;\\]+)", re.M)
REQUIRED = re.compile(r"^([a-zA-Z0-9][\w.-]*)", re.M)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
# Parts of a framework that come with it and are meant to be used.
COMES_WITH = {
    **dict.fromkeys(("werkzeug", "jinja2", "markupsafe", "click", "itsdangerous"), "flask"),
    **dict.fromkeys(("webargs", "apispec"), "flask-smorest"),
    "babel": "flask-babel",
    "urllib3": "requests",
}
# Used by name: a program that is started, a driver in an address, data that the standard library finds.
USED_BY_NAME = {"gunicorn", "psycopg", "tzdata"}


def pins(lock: str) -> dict[str, str]:
    return dict(PINNED.findall((ROOT / f"requirements/{lock}.txt").read_text()))


def declared() -> set[str]:
    return {name.lower() for name in REQUIRED.findall((ROOT / "requirements/base.in").read_text())}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_library_has_a_hash_and_no_address(lock) -> None:
    entries = re.split(r"^(?=[a-z0-9])", (ROOT / f"requirements/{lock}.txt").read_text(), flags=re.M)[1:]
    assert entries
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert [entry.split()[0] for entry in entries if "://" in entry] == []


def test_the_browser_is_locked_without_an_address() -> None:
    lock = (ROOT / "package-lock.json").read_text()
    assert '"integrity"' in lock
    assert "://" not in re.sub(r'"(?:url|funding)": "[^"]*"', "", lock)


def test_the_environment_of_the_demo_is_part_of_the_one_of_the_tests() -> None:
    assert pins("base").items() <= pins("dev").items()


def test_every_import_of_the_product_is_a_declared_dependency() -> None:
    known = packages_distributions()
    used = {name.split(".")[0] for path in modules(*PRODUCT) for _, name in imported(path)}
    foreign = {name for name in used - set(PRODUCT) - set(sys.stdlib_module_names) if name in known}
    owners = {name: COMES_WITH.get(name) or known[name][0].lower().replace("_", "-") for name in foreign}
    assert {name: owner for name, owner in owners.items() if owner not in declared()} == {}


def test_every_declared_dependency_is_used_and_explained() -> None:
    known = packages_distributions()
    used = {name.split(".")[0] for path in modules(*PRODUCT) for _, name in imported(path)}
    distributions = {d.lower().replace("_", "-") for name in used for d in known.get(name, ())}
    assert declared() - distributions - USED_BY_NAME == set()
    explained = text(Path("docs/explanation/dependencies.md")).lower()
    assert {name for name in declared() if f"`{name}`" not in explained} == set()


def test_every_folder_of_tests_is_a_tier_that_is_run() -> None:
    folders = {path.parts[1] for path in modules("tests") if path.name.startswith("test_")}
    assert folders <= {tier.name for tier in TIERS}


def test_every_link_between_the_documents_leads_somewhere() -> None:
    pages = [*files("*.md", "docs"), *(path.relative_to(ROOT) for path in ROOT.glob("*.md"))]
    links = [(page, link) for page in pages for link in LINK.findall(text(page)) if "://" not in link]
    assert [f"{page}: {link}" for page, link in links if not (ROOT / page.parent / link).exists()] == []


def test_what_is_installed_holds_every_file_of_the_product(tmp_path) -> None:
    source, out = tmp_path / "source", tmp_path / "out"
    for package in PRODUCT:
        copytree(ROOT / package, source / package, ignore=ignore_patterns("__pycache__", "*.part"))
    copytree(ROOT / "requirements", source / "requirements")
    for name in ("pyproject.toml", "LICENSE"):
        (source / name).write_bytes((ROOT / name).read_bytes())
    build = f"from setuptools import build_meta; build_meta.build_wheel({str(out)!r})"
    done = subprocess.run([sys.executable, "-c", build], cwd=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    packed = set(zipfile.ZipFile(next(out.glob("*.whl"))).namelist())
    wanted = {str(path.relative_to(source)) for package in PRODUCT for path in (source / package).rglob("*") if path.is_file()}
    assert wanted - packed == set()
