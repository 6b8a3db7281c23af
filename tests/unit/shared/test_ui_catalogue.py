"""The translations are complete, or the check says what is missing; compiled files follow their source."""

import os
import runpy
import sys
from pathlib import Path

import pytest

from shared.ui import catalogue, translations

HEADER = """msgid ""
msgstr ""
"Language: it\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
DESK = """msgid "Desk %(name)s"
msgstr "Scrivania %(name)s"

"""
DAYS = """msgid "%(num)s day"
msgid_plural "%(num)s days"
msgstr[0] "%(num)s giorno"
msgstr[1] "%(num)s giorni"

"""
GOOD = DESK + DAYS


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for package in catalogue.PACKAGES:
        (tmp_path / package / "templates").mkdir(parents=True)
    (tmp_path / "babel.cfg").write_text((catalogue.ROOT / "babel.cfg").read_text())
    (tmp_path / "shared" / "errors.py").write_text('title = N_("Desk %(name)s")\n')
    (tmp_path / "federation" / "templates" / "a.html").write_text("{{ ngettext('%(num)s day', '%(num)s days', 2) }}")
    return tmp_path


def po_file(project: Path, text: str) -> Path:
    folder = project / "translations" / "it" / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "messages.po"
    path.write_text(HEADER + text)
    return path


def faults(project: Path) -> list[str]:
    return catalogue.check(project / "translations", project)


def test_a_complete_translation_passes(project) -> None:
    po_file(project, GOOD)
    assert faults(project) == []


def test_a_text_without_translation_is_named(project) -> None:
    po_file(project, GOOD.replace("Scrivania %(name)s", ""))
    assert faults(project) == ["it: no translation of 'Desk %(name)s'"]


def test_a_text_that_is_not_in_the_file_is_named(project) -> None:
    po_file(project, "")
    assert len(faults(project)) == 2


def test_a_missing_plural_form_is_named(project) -> None:
    po_file(project, GOOD.replace("%(num)s giorni", ""))
    assert faults(project) == ["it: no translation of '%(num)s day'"]


def test_an_apostrophe_of_a_typewriter_is_named(project) -> None:
    po_file(project, GOOD.replace("Scrivania %(name)s", "L'angolo di %(name)s"))
    assert faults(project) == ["it: an apostrophe is written ’ in 'Desk %(name)s'"]
    po_file(project, GOOD.replace("Scrivania %(name)s", "L’angolo di %(name)s"))
    assert faults(project) == []


def test_a_guess_must_be_confirmed(project) -> None:
    po_file(project, "#, fuzzy\n" + GOOD)
    assert faults(project) == ["it: to be confirmed: 'Desk %(name)s'"]


def test_a_placeholder_that_the_text_has_not_is_named(project) -> None:
    po_file(project, GOOD.replace("Scrivania %(name)s", "Scrivania %(nome)s"))
    assert faults(project) == ["it: other placeholders in 'Desk %(name)s'"]


def test_a_text_with_a_plural_is_used_with_it_everywhere(project) -> None:
    po_file(project, GOOD)
    (project / "space_node" / "templates" / "b.html").write_text("{{ _('%(num)s day') }}")
    assert faults(project) == ["used with and without a plural: '%(num)s day'"]


def test_an_update_adds_what_is_new_drops_what_is_gone_and_keeps_the_rest(project) -> None:
    path = po_file(project, DESK + 'msgid "Gone"\nmsgstr "Andato"\n')
    catalogue.update(project / "translations", project)
    text = path.read_text()
    assert "Scrivania %(name)s" in text
    assert "%(num)s days" in text
    assert "Gone" not in text
    catalogue.update(project / "translations", project)
    assert path.read_text() == text


def test_a_language_is_compiled_when_it_is_missing_or_older_and_only_then(project) -> None:
    path = po_file(project, GOOD)
    folder = project / "translations"
    assert translations.compile_stale(folder) == 1
    assert translations.compile_stale(folder) == 0
    later = path.with_suffix(".mo").stat().st_mtime_ns + 1_000_000
    os.utime(path, ns=(later, later))
    assert translations.compile_stale(folder) == 1
    assert sorted(one.name for one in path.parent.iterdir()) == ["messages.mo", "messages.po"]


def test_an_app_that_cannot_write_its_folder_starts_all_the_same(project, monkeypatch, caplog) -> None:
    po_file(project, GOOD)

    def read_only(*_args: object, **_kwargs: object) -> None:
        raise PermissionError("read-only")

    monkeypatch.setattr(translations.tempfile, "mkstemp", read_only)
    translations.compile_if_possible(project / "translations")
    assert "translations.not_compiled" in caplog.text


def test_the_command_line_checks_updates_extracts_and_compiles(project, monkeypatch, capsys) -> None:
    po_file(project, GOOD)
    monkeypatch.setattr(catalogue.check, "__defaults__", (project / "translations", project))
    monkeypatch.setattr(catalogue.update, "__defaults__", (project / "translations", project))
    monkeypatch.setattr(catalogue.extract, "__defaults__", (project,))
    monkeypatch.setattr(translations.compile_stale, "__defaults__", (project / "translations",))
    assert [catalogue.main([word]) for word in ("extract", "update", "compile", "check")] == [0, 0, 0, 0]
    assert capsys.readouterr().out == "%(num)s day\nDesk %(name)s\n"
    (project / "shared" / "errors.py").write_text('title = N_("New")\n')
    assert catalogue.main(["check"]) == 1
    assert "no translation of 'New'" in capsys.readouterr().err
    assert catalogue.main(["translate"]) == 2
    assert catalogue.main([]) == 2


def test_the_module_runs_as_a_program(monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys, "argv", ["catalogue"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(catalogue.__file__, run_name="__main__")
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage:")
