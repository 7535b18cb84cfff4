"""What a column's name says: the words for things that identify a person, in English and Spanish.

A name is split into words (``caseNumber``, ``case_number`` and ``Case #`` are all "case number"). A phrase of the
lexicon may stand anywhere in the name; ``WHOLE`` phrases are too common for that and must be the whole name. A word
that turns the column into something about the thing (its type, its number, its state) takes the match away.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["CODE_WORDS", "KINDS", "kind_of_name", "words_of"]

KINDS = {
    "e-mail": "e-mail addresses",
    "device": "device or network identifiers",
    "social security number": "social security, passport or licence numbers",
    "birth date": "birth dates",
    "plate": "vehicle plates or identification numbers",
    "search prompt or filter": "what somebody typed into a search",
    "free text": "free text about persons",
    "phone": "phone or fax numbers",
    "coordinates": "coordinates",
    "officer": "officers or users",
    "name": "names of persons",
    "address": "addresses",
    "case number": "case, file or person numbers",
}
"""Kind -> the plural with which a sentence speaks of it. The first kind whose phrase is found wins."""


def _words(text: str) -> list[str]:
    return text.split()


_PHRASES = {
    "e-mail": "email|emails|e mail|emailaddress|correo electronico|correo e",
    "device": "device id|device identifier|device serial|imei|imsi|iccid|meid|udid|mac address|ip address|"
    "ip addr|advertising id|advertiser id|ad id|maid|idfa|gaid|cookie id|cell id|bluetooth id|bluetooth address|"
    "ankle monitor id|msisdn|subscriber id|direccion ip",
    "social security number": "ssn|social security number|social security no|social security|itin|passport number|"
    "passport no|passport id|visa number|driver license number|drivers license number|driver licence number|"
    "driver license no|drivers license no|driver license|drivers license|driver s license|dl number|license number|"
    "licence number|license no|national id|national identity number|voter id|student id|curp|pasaporte|"
    "numero de pasaporte|seguro social|numero de seguro social|licencia de conducir|cedula",
    "birth date": "dob|d o b|date of birth|birth date|birthdate|birth dt|birth day|birthday|bdate|date birth|"
    "fecha de nacimiento|fecha nacimiento|fec nac|fecha nac",
    "plate": "license plate|licence plate|lic plate|plate number|plate no|plate num|plate nbr|plate text|plate read|"
    "plate id|vehicle plate|registration plate|vehicle tag number|vehicle tag|tag number|lpn|vrm|vrn|vin|"
    "vin number|vehicle identification number|placa|placas|numero de placa|plate",
    "search prompt or filter": "text prompt|search prompt|prompt text|prompt|prompts|search filter|search filters|"
    "filters|search text|search term|search terms|search query|query text|query string|search string|"
    "freeform search|filtros|texto de busqueda",
    "free text": "comment|comments|remarks|narrative|narratives|case notes|officer notes|statement text|"
    "message text|chat text|observaciones|comentarios|narrativa",
    "phone": "phone|phones|phone number|telephone|cell number|mobile number|fax|fax number|caller id|contact number|"
    "telefono|celular|numero de telefono",
    "coordinates": "lat|latitude|lon|lng|longitude|lat lon|lat long|lat lng|latlng|latlong|latlon|coordinates|coords|"
    "coordinate|geo point|geopoint|geom|geometry|geolocation|gps|x coord|y coord|xcoord|ycoord|x coordinate|"
    "y coordinate|geohash|wkt|latitud|longitud|coordenadas",
    "officer": "officer name|officer id|officer identifier|officer number|officer no|officer badge|badge|"
    "badge number|badge id|badge no|star number|star no|agent name|agent id|deputy name|deputy id|trooper id|"
    "trooper name|detective name|searcher|searched by|search user|user id|userid|user name|username|user email|"
    "login name|login id|created by|entered by|updated by|modified by|prepared by|approved by|arrested by|"
    "supervisor id|supervisor name|sergeant name|employee id|employee number|employee name|analyst name|"
    "operator id|operator name|agente nombre|nombre del oficial|nombre del agente|numero de agente",
    "address": "address|addresses|addr|street address|home address|mailing address|address line|street name|"
    "house number|street number|po box|domicilio|direccion|calle",
    "case number": "a number|a no|anumber|alien number|alien no|alien reg no|alien reg number|alien file number|"
    "alien registration number|afile|"
    "a file number|uscis number|fins|fin number|fbi number|ncic number|eid case id|eid subject id|eid dta id|"
    "eid id|case id|case identifier|case number|case numbers|case num|case nbr|case no|casenumber|caseno|"
    "docket number|docket no|docket id|cause number|booking number|booking id|booking no|arrest number|arrest id|"
    "incident number|incident id|incident no|police report number|incident report number|complaint number|"
    "citation number|citation id|ticket number|warrant number|warrant id|detention id|inmate number|inmate id|"
    "inmate no|offender id|offender number|prisoner id|prisoner number|detainee id|detainee number|doc number|"
    "receipt number|matter number|file number|petition number|event number|cad number|idncase|idnproceeding|"
    "subject id|subj id|sujb id|subject identifier|person id|person identifier|individual id|defendant id|"
    "suspect id|arrestee id|victim id|patient id|client id|participant id|anonymized identifier|"
    "anonymized identifer|anonymised identifier|anonymized id|unique identifier|eid subject|"
    "numero de caso|numero de expediente|expediente|numero de causa|numero de extranjero",
}
_WHOLE = {
    "name": "name|names|first|last|middle|suspect|defendant|arrestee",
    "device": "ip|mac|device",
    "coordinates": "long|x y|xy|location point|shape",
    "address": "street|residence",
    "officer": "officer|officers|user|users|agent|supervisor|employee|oficial|agente|usuario",
    "case number": "case|docket|afn|fin|sid|folio|subject|person|individual",
    "phone": "tel|cell|mobile",
    "plate": "lp|tag|matricula|plates",
    "search prompt or filter": "filter|query",
    "free text": "notes|note|message|body",
}
_PERSON_NAME = (
    "first name|last name|middle name|full name|given name|given names|surname|surnames|family name|maiden name|"
    "nickname|nick name|alias|aliases|aka|fname|lname|mname|firstname|lastname|middlename|fullname|forename|"
    "first names|last names|name first|name last|name middle|nombre|nombres|apellido|apellidos|nombre completo"
)
_PERSONS = _words(
    "person subject defendant suspect victim witness inmate detainee offender arrestee prisoner driver passenger "
    "owner patient respondent applicant petitioner client child parent mother father spouse attorney lawyer judge "
    "employee searcher beneficiary sponsor complainant plaintiff individual citizen resident tenant student teacher "
    "contact insured member participant candidate alien noncitizen migrant juvenile arrested rider pedestrian "
    "officer agent deputy nurse doctor physician guardian caller"
)
_PHRASES["name"] = _PERSON_NAME + "|" + "|".join(f"{person} name|{person} names" for person in _PERSONS)

_THINGS = set(
    _words(
        "recipient vendor facility agency organization organisation org company business firm office unit department "
        "location place site city county state country court school hospital award contract "
        "agencia centro lugar municipio archivo empresa proveedor sistema modelo programa"
    )
)
_ABOUT = set(
    _words(
        "count counts total totals rate rates share percent pct percentage proportion type types status category "
        "categories class group flag provided missing known available score scores match matched "
        "similarity year years "
        "month day days age state country county city zip postal region level length reason method "
        "format language kind "
        "amount hits reads searches created opened closed queue unit quality present verified valid indicator "
        "tipo estado ciudad"
    )
)
_NAMED = {"name", "names", "nombre", "nombres"}
_COUNTED = set(
    _words("n num nr count total has is any share pct percent mean avg average median max min sum with without no")
)
CODE_WORDS = set(
    _words(
        "code codes sku product part model version offense offence statute charge section naics psc piid "
        "award contract asset equipment serial solicitation ein tin duns uei cage facility account fund budget use "
        "system algorithm id key grant course "
        "fips ori release catalog item invoice order bill regulation cfr usc agreement permit zip postal flight"
    )
)
"""Words that say a column holds codes of things, so that codes that merely look like a plate do not count."""


def words_of(name: str) -> tuple[str, ...]:
    """Split a column's name into lower-case words without accents; ``#`` is the word "number"."""
    plain = unicodedata.normalize("NFKD", name)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = plain.replace("#", " number ").replace("(redacted)", " ").replace("'s ", " ")
    plain = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", plain)
    plain = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1 \2", plain)
    plain = re.sub(r"([A-Za-z])([0-9])|([0-9])([A-Za-z])", r"\1\3 \2\4", plain)
    words = re.findall(r"[a-z]+", plain.casefold())
    return tuple(" ".join(words).replace("use case", "usecase").split())


def _split(table: dict[str, str]) -> dict[str, tuple[tuple[str, ...], ...]]:
    return {kind: tuple(tuple(phrase.split()) for phrase in text.split("|")) for kind, text in table.items()}


_ANYWHERE = _split(_PHRASES)
_ALONE = _split(_WHOLE)
_JOINED = {
    "".join(phrase): kind for kind, phrases in _ANYWHERE.items() for phrase in phrases if len("".join(phrase)) > 4
}


def kind_of_name(name: str) -> str | None:
    """The kind of identifier that a column's name says it holds, or None.

    >>> kind_of_name("License Plate"), kind_of_name("plate_state"), kind_of_name("vendor_name")
    ('plate', None, None)
    """
    words = words_of(name)
    for kind in KINDS:
        if words in _ALONE.get(kind, ()):
            return kind
        if any(_says(words, phrase) for phrase in _ANYWHERE[kind]):
            return kind
    return _JOINED.get("".join(words))


def _says(words: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    """Whether the phrase stands in the name, and not as something counted, described or belonging to a thing."""
    size = len(phrase)
    for start in range(len(words) - size + 1):
        if words[start : start + size] != phrase:
            continue
        before, after = set(words[:start]), set(words[start + size :])
        counted = (words[0] in _COUNTED and start > 0) or words[:2] == ("number", "of")
        of_a_thing = phrase[-1] in _NAMED and _THINGS & (before | after)
        if not counted and not _ABOUT & after and not of_a_thing:
            return True
    return False
