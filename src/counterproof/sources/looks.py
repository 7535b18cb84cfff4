"""What a column's values look like: patterns for the engine, and what their shares say.

Values are judged in capitals, without outer blanks, cut to 120 letters, each distinct value once; blanks and masks
(``***``, ``REDACTED``, an exemption citation) are not values. The patterns keep to what RE2, POSIX and Java read
alike: no look-around, no back-reference, no class such as ``\\d``, no backslash at all.

Given names and surnames are among the most frequent of the Social Security Administration's and the Census Bureau's
published tables (works of the US government), with frequent Spanish, Arabic, South Asian and East Asian ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from counterproof.sources.lexicon import CODE_WORDS

__all__ = ["AGAINST", "ALONE", "MASK", "PATTERNS", "Look", "Seen"]

_GIVEN = (
    "JAMES JOHN ROBERT MICHAEL WILLIAM DAVID RICHARD JOSEPH THOMAS CHARLES CHRISTOPHER DANIEL MATTHEW ANTHONY MARK "
    "DONALD STEVEN PAUL ANDREW JOSHUA KENNETH KEVIN BRIAN GEORGE TIMOTHY RONALD EDWARD JASON JEFFREY RYAN JACOB GARY "
    "NICHOLAS ERIC JONATHAN STEPHEN LARRY JUSTIN SCOTT BRANDON BENJAMIN SAMUEL GREGORY ALEXANDER FRANK PATRICK "
    "RAYMOND JACK DENNIS JERRY TYLER AARON JOSE ADAM NATHAN HENRY DOUGLAS ZACHARY PETER KYLE ETHAN WALTER NOAH JEREMY "
    "CHRISTIAN KEITH ROGER TERRY GERALD HAROLD SEAN ARTHUR LAWRENCE DYLAN JESSE BRYAN JOE BILLY BRUCE ALBERT WILLIE "
    "GABRIEL LOGAN ALAN JUAN WAYNE ROY RALPH RANDY EUGENE VINCENT RUSSELL LOUIS PHILIP BOBBY JOHNNY CARLOS MIGUEL "
    "LUIS JORGE PEDRO MANUEL FRANCISCO ANTONIO ALEJANDRO JESUS RAFAEL FERNANDO RICARDO EDUARDO ROBERTO MARIO JAVIER "
    "SERGIO OSCAR RAUL HECTOR ENRIQUE ARTURO JULIO CESAR VICTOR MARTIN PABLO DIEGO ANGEL IVAN MARCO MARCUS DARRYL "
    "TYRONE ANDRE JAMAL DEANDRE CURTIS LEROY REGINALD MOHAMMED MOHAMED MUHAMMAD AHMED ALI HASSAN HUSSEIN OMAR ABDUL "
    "IBRAHIM ABDI YUSUF RAVI RAJESH SANJAY WEI MING HUNG MINH DUC VLADIMIR SERGEI DMITRI IGOR "
    "MARY PATRICIA JENNIFER LINDA ELIZABETH BARBARA SUSAN JESSICA SARAH KAREN LISA NANCY BETTY SANDRA MARGARET ASHLEY "
    "KIMBERLY EMILY DONNA MICHELLE CAROL AMANDA MELISSA DEBORAH STEPHANIE REBECCA SHARON LAURA CYNTHIA DOROTHY AMY "
    "KATHLEEN ANGELA SHIRLEY EMMA BRENDA PAMELA NICOLE ANNA SAMANTHA KATHERINE CHRISTINE DEBRA RACHEL CAROLYN JANET "
    "MARIA OLIVIA HEATHER HELEN CATHERINE DIANE JULIE VICTORIA JOYCE LAUREN KELLY CHRISTINA RUTH JOAN JUDITH EVELYN "
    "HANNAH ANDREA MEGAN CHERYL JACQUELINE MARTHA TERESA ANN SARA GLORIA JANICE KATHRYN JEAN ABIGAIL ALICE JULIA JUDY "
    "SOPHIA GRACE DENISE AMBER DORIS MARILYN DANIELLE BEVERLY ISABELLA THERESA DIANA NATALIE BRITTANY KAYLA ALEXIS "
    "LORI ANA ROSA GUADALUPE CARMEN LUZ JUANA GABRIELA ALEJANDRA DANIELA CLAUDIA SILVIA YOLANDA LETICIA ELENA LUCIA "
    "FATIMA AISHA LATOYA KEISHA EBONY TAMIKA PRIYA MEI LING THI OLGA TATIANA SVETLANA"
).split()
_SURNAMES = (
    "SMITH JOHNSON WILLIAMS BROWN JONES GARCIA MILLER DAVIS RODRIGUEZ MARTINEZ HERNANDEZ LOPEZ GONZALEZ WILSON "
    "ANDERSON THOMAS TAYLOR MOORE JACKSON MARTIN LEE PEREZ THOMPSON WHITE HARRIS SANCHEZ CLARK RAMIREZ LEWIS ROBINSON "
    "WALKER YOUNG ALLEN KING WRIGHT SCOTT TORRES NGUYEN HILL FLORES GREEN ADAMS NELSON BAKER HALL RIVERA CAMPBELL "
    "MITCHELL CARTER ROBERTS GOMEZ PHILLIPS EVANS TURNER DIAZ PARKER CRUZ EDWARDS COLLINS REYES STEWART MORRIS MORALES "
    "MURPHY COOK ROGERS GUTIERREZ ORTIZ MORGAN COOPER PETERSON BAILEY REED KELLY HOWARD RAMOS KIM COX WARD RICHARDSON "
    "WATSON BROOKS CHAVEZ WOOD BENNETT GRAY MENDOZA RUIZ HUGHES PRICE ALVAREZ CASTILLO SANDERS PATEL MYERS LONG ROSS "
    "FOSTER JIMENEZ POWELL JENKINS PERRY RUSSELL SULLIVAN BELL COLEMAN BUTLER HENDERSON BARNES FISHER VASQUEZ SIMMONS "
    "ROMERO PATTERSON HAMILTON GRAHAM REYNOLDS WALLACE MORENO HAYES BRYANT HERRERA GIBSON ELLIS TRAN MEDINA AGUILAR "
    "STEVENS MURRAY FORD CASTRO MARSHALL OWENS HARRISON FERNANDEZ WASHINGTON KENNEDY WELLS VARGAS CHEN GUZMAN "
    "MENDEZ MUNOZ SALAZAR GARZA SOTO VAZQUEZ ALVARADO DELGADO PENA RIOS WANG SINGH KHAN"
).split()
_ORGANISATION = (
    "CENTER CENTRE CTR COUNTY CO CITY TOWN VILLAGE PARISH JAIL PRISON PENITENTIARY CORRECTIONAL CORRECTIONS DETENTION DET "
    "FACILITY FAC INSTITUTION COMPLEX ANNEX HOSPITAL MEDICAL CLINIC HOTEL SUITES CAMP STATION SHELTER HOME HOUSE INC LLC LLP "
    "LP LTD CORP CORPORATION COMPANY COMPANIES GROUP HOLDINGS PARTNERS ASSOCIATES SERVICES SERVICE SOLUTIONS SYSTEMS SYSTEM "
    "TECHNOLOGIES TECHNOLOGY CONSULTING ENTERPRISES INDUSTRIES SOFTWARE FOUNDATION UNIVERSITY COLLEGE SCHOOL "
    "ELEMENTARY ACADEMY INSTITUTE LIBRARY MUSEUM CHURCH DEPARTMENT DEPT OFFICE AGENCY BUREAU DIVISION COMMISSION "
    "AUTHORITY BOARD COUNCIL MINISTRY POLICE SHERIFF PD SO STATE DISTRICT COURT COURTHOUSE FEDERAL NATIONAL UNITED "
    "AIRPORT PORT BRIDGE BASE FIELD SECTOR REGION BRANCH BEACH HEIGHTS SPRINGS FALLS VALLEY ISLAND ISLANDS BANK "
    "INTERNATIONAL AMERICA AMERICAN GMBH SA MODEL PROGRAM PROJECT ACT CARCEL CENTRO MUNICIPIO DEPARTAMENTO"
).split()

_G = "(" + "|".join(_GIVEN) + ")"
_S = "(" + "|".join(_SURNAMES) + ")"
_TITLE = "((MR|MRS|MS|DR|OFC|OFFICER|SGT|DET|DEP|DEPUTY|LT|CPL|CPT|AGENT|TROOPER|HON|JUDGE)[.]? )?"
_WORD = "[^ 0-9,;:/@()&]+"
_STREET = (
    "(STREET|ST|AVENUE|AVE|AV|ROAD|RD|DRIVE|DR|BOULEVARD|BLVD|LANE|LN|COURT|CT|CIRCLE|CIR|PLACE|PL|WAY|TERRACE|TER|"
    "TRAIL|TRL|PARKWAY|PKWY|HIGHWAY|HWY|LOOP|SQUARE|SQ|PIKE|ROUTE|RTE|FREEWAY|FWY|EXPRESSWAY|EXPY|BROADWAY|PLAZA)"
)
_DECIMAL = "[-+]?[0-9]{1,3}[.][0-9]{3,}"
_PLATES = (
    "[0-9][A-Z]{3}[ -]?[0-9]{3}|[A-Z]{3}[ -]?[0-9]{3,4}|[0-9]{3,4}[ -]?[A-Z]{2,3}|[A-Z]{2}[ -]?[0-9]{4,5}|"
    "[A-Z][0-9]{2}[ -]?[A-Z]{3}|[A-Z]{3}[ -]?[A-Z][0-9]{2}|[A-Z]{4}[ -]?[0-9]{2}|[0-9][A-Z]{2}[ -]?[0-9]{4}|"
    "[0-9][A-Z]{3}[ -]?[0-9]{2}|[A-Z]{2}[0-9][ -]?[A-Z][0-9][A-Z]|[A-Z][0-9][A-Z][ -]?[0-9][A-Z]{2}|"
    "[0-9]{3}[ -]?[A-Z][0-9]{2}|[A-Z]{2}[0-9]{3}[A-Z]{1,2}|[A-Z][0-9]{3}[A-Z]{3}|[0-9]{2}[A-Z][ -]?[0-9]{3}|"
    "[0-9]{2}[ -]?[A-Z]{2}[ -]?[0-9]{2}|[A-Z]{3}[ -]?[0-9][A-Z][0-9]{1,2}|[A-Z][0-9]{2}[ -]?[0-9]{2}[A-Z]|"
    "[A-Z][ -]?[0-9]{5,6}|[0-9][ -]?[A-Z]{2}[ -]?[0-9]{3}|[A-Z]{1,2}[0-9]{2}[ -]?[0-9]{3}"
)

MASK = (
    "^([*# .?_-]+|X+|[^ -~]{3,}|[[(]?(REDACTED|WITHHELD|MASKED|REMOVED|SEALED|NULL|NONE|N/A|NA|UNKNOWN|UNK|TBD)[])]?|"
    "[(]?B[)]? ?[(]?[0-9][)].*|[0-9]{3,5}[.][0-9]+ GC)$"
)
"""A value that stands for one that was taken out or never given."""

PATTERNS: Mapping[str, str] = {
    "number": "^[-+]?[0-9][0-9,]*([.][0-9]*)?$",
    "small": "^[-+]?[0-9]{1,3}([.]0*)?$",
    "long": "^[0-9]{7,15}([.]0)?$",
    "year": "^(18|19|20)[0-9]{2}([.]0)?$",
    "date": "^[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}( .*|T.*)?$|^(18|19|20)[0-9]{2}[01][0-9][0-3][0-9]$",
    "degrees": "^" + _DECIMAL + "$",
    "digit": "[0-9]",
    "sentence": "^[^ ]+ [^ ]+ [^ ]+",
    "e-mail": "[A-Z0-9._%+-]+@[A-Z0-9-]+([.][A-Z0-9-]+)*[.][A-Z]{2,}",
    "social security number": "^[0-9]{3}-[0-9]{2}-[0-9]{4}$",
    "phone": "^([+]?1[ .-]?)?[(]?[2-9][0-9]{2}[)]?[ .-]{1,2}[0-9]{3}[ .-][0-9]{4}( ?(X|EXT)[. ]*[0-9]+)?$|"
    "^[+][0-9][0-9 ().-]{7,18}$",
    "alien file number": "^A[ -]?#?[0-9]{2,3}[ -]?[0-9]{3}[ -]?[0-9]{3}$",
    "address": "^[0-9]+[A-Z]?(-[0-9]+)? (BLOCK (OF )?)?([NSEW]{1,2}[.]? )?([A-Z0-9.'-]+ )*"
    + _STREET
    + "[.]?([ ,#].*)?$|^P[.]? ?O[.]? BOX [0-9]+.*$|^CALLE .* [0-9]+.*$",
    "coordinates": "^[[(]?" + _DECIMAL + " ?[,; ] ?" + _DECIMAL + "[])]?$|^(SRID=[0-9]+;)?POINT ?Z? ?[(].*[)]$",
    "device": "^([0-9A-F]{2}[:-]){5}[0-9A-F]{2}$|^([0-9]{1,3}[.]){3}[0-9]{1,3}(:[0-9]+)?$|"
    "^([0-9A-F]{1,4}:){7}[0-9A-F]{1,4}$",
    "vehicle": "^[0-9A-HJ-NPR-Z]{9}[0-9A-HJ-NPRSTV-Y][0-9A-HJ-NPR-Z]{2}[0-9]{5}$",
    "plate": "^(" + _PLATES + ")$",
    "case number": "^([0-9]{1,2}:)?[0-9]{2,4}[- ]?(CV|CR|MJ|CF|MM|TR|JV|DR|FA|CM|CT|CA|PO|SW)[- ]?[0-9]{3,}[-A-Z0-9]*$|"
    "^(CV|CR|MJ|CF|MM|TR|JV|DR|FA|CM|CT)[- ]?[0-9]{2,4}[- ][0-9]{3,}[-A-Z0-9]*$|^((19|20)?[0-9]{2})-[0-9]{5,9}$",
    "name": f"^{_WORD}( {_WORD})?, ?{_G}( [^ 0-9,]+){{0,2}}$|^{_S}( {_WORD})?, ?[^ 0-9,]+( [^ 0-9,]+){{0,2}}$|"
    f"^{_TITLE}{_G}( {_WORD}){{1,3}},?( JR| SR| II| III)?[.]?$|^{_TITLE}[A-Z][.]? ?([A-Z][.] ?)?{_S}$|"
    f"^{_TITLE}{_WORD}( [A-Z][.]?)? {_S}$",
    "organisation": "(^|[^A-Z])(" + "|".join(_ORGANISATION) + ")([^A-Z]|$)",
}
"""Measure -> portable regular expression, searched in the value."""


@dataclass(frozen=True, slots=True)
class Look:
    """When a pattern by itself speaks for a kind: its least share, and the least number of different values.

    kind    kind of identifier (a key of ``lexicon.KINDS``)
    says    how the sentence names it
    coded   codes of things look alike: not where the column's name has one of ``lexicon.CODE_WORDS``
    letters least number of different letter parts: a series such as DHS-001, DHS-002 … has one
    """

    kind: str
    says: str
    share: float
    values: int = 2
    coded: bool = False
    letters: int = 0


ALONE: Mapping[str, Look] = {
    "e-mail": Look("e-mail", "e-mail addresses", 0.2),
    "social security number": Look("social security number", "social security numbers", 0.5),
    "phone": Look("phone", "phone numbers", 0.5),
    "alien file number": Look("case number", "alien file numbers", 0.5),
    "address": Look("address", "street addresses", 0.5, values=3),
    "coordinates": Look("coordinates", "pairs of coordinates", 0.5),
    "device": Look("device", "network addresses", 0.5, coded=True),
    "vehicle": Look("plate", "vehicle identification numbers", 0.8, values=5, coded=True),
    "plate": Look("plate", "vehicle plates", 0.85, values=20, coded=True, letters=15),
    "case number": Look("case number", "case numbers", 0.7, values=10, coded=True),
    "name": Look("name", "names of persons", 0.3, values=5),
}
"""What speaks for itself, in the order in which it is tried."""

_NUMBERED = ("phone", "social security number", "device", "plate", "case number")
_OWN = {
    "birth date": ("date",),
    "phone": ("phone", "long"),
    "social security number": ("social security number", "long"),
    "case number": ("case number", "alien file number"),
    "plate": ("plate", "vehicle"),
    "coordinates": ("coordinates", "degrees"),
    "name": ("name",),
    "address": ("address",),
    "e-mail": ("e-mail",),
    "device": ("device",),
    "officer": ("name", "e-mail"),
    "search prompt or filter": ("sentence",),
    "free text": ("sentence",),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """How many different values were looked at, and how many of them match each measure."""

    values: int
    matching: Mapping[str, int]
    letters: int = 0
    typed: str = "text"

    def share(self, measure: str) -> float:
        """Matching values of all that were looked at; 0 where there was none."""
        return self.matching.get(measure, 0) / self.values if self.values else 0.0

    def alone(self, words: tuple[str, ...]) -> str | None:
        """The first measure that speaks for a kind of identifier whatever the column is called, or None."""
        coded = bool(CODE_WORDS & set(words))
        for measure, look in ALONE.items():
            enough = self.share(measure) >= look.share and self.matching.get(measure, 0) >= look.values
            if enough and self.letters >= look.letters and not (look.coded and coded):
                return measure
        return None

    def own(self, kind: str) -> tuple[str, float]:
        """The measure that shows a kind where a name says it, and its share (the greatest of several)."""
        return max(((measure, self.share(measure)) for measure in _OWN[kind]), key=lambda pair: pair[1])

    def against(self, kind: str) -> bool:
        """Whether the values speak against a kind that the name says."""
        if self.typed == "boolean":
            return True
        if self.typed == "date":
            return kind != "birth date"
        return bool(self.values) and AGAINST.get(kind, _never)(self)


def _never(seen: Seen) -> bool:
    return False


def _no_name(seen: Seen) -> bool:
    return seen.share("digit") >= 0.5 or seen.share("organisation") >= 0.3


def _no_number(seen: Seen) -> bool:
    return seen.share("digit") < 0.1 or seen.share("small") >= 0.9


def _no_words(seen: Seen) -> bool:
    return seen.share("number") >= 0.9


AGAINST = {
    "name": _no_name,
    "birth date": lambda seen: max(seen.share("year"), seen.share("small")) >= 0.9 or seen.share("digit") < 0.1,
    "coordinates": _no_number,
    "e-mail": _no_words,
    "address": _no_words,
    "search prompt or filter": _no_words,
    "free text": _no_words,
    "phone": _no_number,
    "social security number": _no_number,
    "device": _no_number,
    "plate": lambda seen: _no_number(seen) or seen.share("number") >= 0.95,
    "case number": lambda seen: seen.share("digit") < 0.1,
}
"""Kind -> whether what was seen speaks against it. An officer's column may hold anything."""
