"""What the columns are: by the names that headings have in English and Italian, by a product's preset, or as told."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from shared.marking import N_, Phrase
from space_node.member_lists.errors import MappingRefused
from space_node.member_lists.rules.fields import Field
from space_node.member_lists.rules.presets import PRESETS

Columns = tuple[Field | None, ...]
NO_FIELD = "-"
# Without spaces, signs, capitals and accents; see `key_of`.
_ALIASES: dict[Field, str] = {
    Field.NAME: """name fullname membername customername contactname clientname contact member customer person
        nome nominativo nomecompleto nomeecognome nomecognome cognomeenome cognomenome nomemembro nomesocio membro socio
        iscritto cliente intestatario""",
    Field.FIRST_NAME: "firstname forename givenname memberfirstname contactfirstname primonome nomedibattesimo nomeproprio",
    Field.LAST_NAME: "lastname surname familyname secondname memberlastname contactlastname cognome",
    Field.EMAIL: """email mail emailaddress mailaddress primaryemail contactemail memberemail workemail useremail
        customeremail loginemail indirizzoemail indirizzomail indirizzodiposta indirizzodipostaelettronica
        postaelettronica emailprincipale emailcontatto emailsocio emailmembro""",
    Field.PLAN: """plan planname currentplan membership membershipplan membershiptype membershipname memberplan
        subscription subscriptionplan subscriptiontype package tariff pricingplan piano nomepiano pianotariffario
        pianoabbonamento abbonamento tipoabbonamento tipodiabbonamento tipologiaabbonamento nomeabbonamento tariffa
        pacchetto formula tipologia tipotessera""",
    Field.COMPANY: """company companyname organisation organization organisationname organizationname business
        businessname employer team teamname firm azienda nomeazienda ragionesociale denominazione societa impresa ditta
        studio organizzazione ente""",
    Field.STARTS_ON: """start startdate startson starton startedon started datestarted membersince memberfrom joined
        joinedon joindate joiningdate datejoined membershipstart membershipstartdate subscriptionstart planstart
        planstartdate contractstart contractstartdate validfrom activefrom datainizio datadiinizio inizio inizioil
        inizioabbonamento datainizioabbonamento iniziocontratto datainiziocontratto iniziopiano decorrenza
        datadecorrenza iscrittodal iscrittoil dataiscrizione datadiiscrizione attivodal validodal membrodal sociodal
        dal""",
    Field.ENDS_ON: """end enddate endson endedon expires expireson expiry expirydate expiration expirationdate validuntil
        validto activeuntil membershipend membershipenddate subscriptionend planend planenddate contractend
        contractenddate terminationdate cancellationdate canceledto cancelledto leavingdate scadenza datascadenza
        datadiscadenza scade scadeil fine finedata datafine datadifine fineabbonamento datafineabbonamento
        scadenzaabbonamento scadenzacontratto finecontratto datafinecontratto validofinoal finoal cessazione
        datacessazione datadicessazione""",
    Field.STATUS: "status active state memberstatus membershipstatus isactive stato statosocio statoabbonamento attivo attiva",
    Field.SOURCE_KEY: """id externalid memberid membernumber memberno membershipnumber membershipid customerid customernumber
        contactid userid personid uniqueid reference idmembro idsocio idcliente idutente idesterno codice codicemembro
        codicesocio codicecliente numerosocio numerotessera ntessera tessera matricola identificativo""",
}
_FIELD_OF = {alias: field for field, aliases in _ALIASES.items() for alias in aliases.split()}
# A name alone is the whole name; beside a column of last names it is the first.
_EITHER_NAME = frozenset({"name", "nome", "membername", "contactname"})
_ACTIVE = "active current yes y true 1 si s attivo attiva corrente invigore iscritto iscritta"
_ENDED = """inactive ended former expired cancelled canceled left no n false 0 nonattivo nonattiva inattivo inattiva cessato
    cessata scaduto scaduta disdetto disdetta ex"""
STATUS_WORDS = {word: words is _ACTIVE for words in (_ACTIVE, _ENDED) for word in words.split()}
_TWICE = N_("Two columns are said to be the %(field)s: %(first)s and %(second)s.")


def key_of(text: str) -> str:
    """A heading or word without what differs from one export to the next: capitals, accents, spaces, signs."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in letters if letter.isalnum())


def known_headings(headings: Iterable[str]) -> int:
    """How many headings have a name that is known."""
    return sum(key_of(heading) in _FIELD_OF for heading in headings)


def guess(headings: Sequence[str], samples: Sequence[Sequence[str]]) -> Columns:
    """What the columns are by their names. Of two of one name the first counts; a status must have words that are known."""
    keys = [key_of(heading) for heading in headings]
    found = [_FIELD_OF.get(key) for key in keys]
    if Field.LAST_NAME in found and Field.FIRST_NAME not in found:
        found = [Field.FIRST_NAME if key in _EITHER_NAME else field for key, field in zip(keys, found, strict=True)]
    for place, field in enumerate(found):
        strange = field is Field.STATUS and any(key_of(value) not in STATUS_WORDS for value in samples[place])
        if strange or field in found[:place]:
            found[place] = None
    return tuple(found)


def understand(
    headings: Sequence[str],
    samples: Sequence[Sequence[str]],
    *,
    preset: str | None = None,
    told: Mapping[str, Field | None] | None = None,
) -> Columns:
    """What the columns are: by a preset or by their names, but for those that somebody has told. Raises MappingRefused."""
    columns = by_preset(headings, preset) if preset else guess(headings, samples)
    return as_told(headings, columns, told or {})


def by_preset(headings: Sequence[str], name: str) -> Columns:
    """What the columns are in the files of a product. Raises MappingRefused for another's file."""
    preset = PRESETS[name]
    fields = {key_of(heading): field for heading, field in preset.fields.items()}
    keys = [key_of(heading) for heading in headings]
    missing = [heading for heading in preset.needed if key_of(heading) not in keys]
    if missing:
        what = {"product": preset.product, "headings": ", ".join(missing)}
        raise MappingRefused(Phrase(N_("A file of %(product)s has these headings too: %(headings)s."), **what))
    return tuple(fields.get(key) if key not in keys[:place] else None for place, key in enumerate(keys))


def as_told(headings: Sequence[str], columns: Columns, told: Mapping[str, Field | None]) -> Columns:
    """The columns, but for those of which somebody says what they are. Raises MappingRefused for a heading that is not there."""
    changed = list(columns)
    for heading, field in told.items():
        places = [place for place, one in enumerate(headings) if one.casefold() == " ".join(heading.split()).casefold()]
        if len(places) != 1:
            sentence = N_("Two columns are called %(heading)s.") if places else N_("No column is called %(heading)s.")
            raise MappingRefused(Phrase(sentence, heading=heading))
        changed = [None if one is not None and one is field else one for one in changed]
        changed[places[0]] = field
    return tuple(changed)


def check(headings: Sequence[str], columns: Columns) -> None:
    """Refuse columns that do not give a name and an address, each once. Raises MappingRefused."""
    for place, field in enumerate(columns):
        if field is not None and field in columns[:place]:
            first = headings[columns.index(field)]
            raise MappingRefused(Phrase(_TWICE, field=field, first=first, second=headings[place]))
    if Field.EMAIL not in columns:
        raise MappingRefused(N_("No column is known to hold the e-mail address. Say which one does."))
    if not {Field.NAME, Field.FIRST_NAME, Field.LAST_NAME} & set(columns):
        raise MappingRefused(N_("No column is known to hold the name. Say which one does."))
