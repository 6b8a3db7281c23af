"""The look of hub and nodes: one layout, macros, style sheets, languages. A service calls `install(app)` once.

Then `navigation(app, items)` and `site(app, describe)` fill in what stands around its pages. Templates need no context of
their own for any of it: everything is a global or a filter, so macros can be imported plainly.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g
from flask_babel import Babel, get_locale
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from shared.schemas import CSRF_FIELD
from shared.ui import filters, frame, locale, translations
from shared.ui.assets import STATIC_FOLDER, UiBlueprint, asset_url
from shared.ui.cells import RowCells, column_parts
from shared.ui.forms import FormView
from shared.ui.frame import NavItem, Site, navigation, site
from shared.ui.labels import state_label
from shared.ui.links import here_with
from shared.ui.qr import qr_svg
from shared.ui.seals import initials, seal_colour

__all__ = ["CSRF_FIELD", "FormView", "NavItem", "Site", "install", "navigation", "site", "state_label"]

TEMPLATE_FOLDER = Path(__file__).with_name("templates")


def install(app: Flask) -> None:
    """Give the app the look: templates, `/ui/…`, languages, filters and globals.

    Translations are compiled when missing or older than their source.
    """
    translations.compile_if_possible()
    Babel(
        app,
        default_translation_directories=str(translations.TRANSLATIONS),
        default_locale=locale.DEFAULT_LANGUAGE,
        locale_selector=locale.choose_language,
    )
    folder, static = str(TEMPLATE_FOLDER), str(STATIC_FOLDER)
    app.register_blueprint(UiBlueprint("ui", __name__, template_folder=folder, static_folder=static, static_url_path="/ui"))
    locale.install(app)
    frame.install(app)
    filters.install(app)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        asset=asset_url,
        cells=RowCells,
        column_parts=column_parts,
        csrf_input=csrf_input,
        empty_form=FormView(),
        here_with=here_with,
        initials=initials,
        json_ld=json_ld,
        language=lambda: str(get_locale()),
        languages=locale.language_choices,
        may_change=may_change,
        qr=qr_svg,
        seal_colour=seal_colour,
        state_label=state_label,
    )


def json_ld(value: Mapping[str, Any]) -> Markup:
    """Write facts for machines (JSON-LD) into a page: a block of data that no browser runs, whatever texts are in it."""
    return Markup('<script type="application/ld+json">{}</script>').format(htmlsafe_json_dumps(value, sort_keys=True))


def may_change() -> bool:
    """Whether the reader of this page can change anything by it; an auditor sees no buttons that would be refused."""
    return not g.get("reads_only", False)


def csrf_input() -> Markup:
    """Write the hidden field that proves a form is ours; `shared/csrf.py` puts the maker of tokens in place."""
    make = current_app.extensions.get(CSRF_FIELD)
    return Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD, make()) if make else Markup("")
