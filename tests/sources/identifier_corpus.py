"""A made-up corpus of columns: what identifies persons, and what merely looks like it.

    PYTHONPATH=tests python -m sources.identifier_corpus      prints the table of docs/identifiers.md

Every value is drawn at random from a seed; nobody is meant. More than half of the given names and surnames are not
among those that the program knows, so that recall is not measured on its own list.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from counterproof.sources.identity.identifiers import Refusal
from sources.stand_in import examine_columns

ROWS = 300
SEED = 20161
LOOKALIKE = "none of these, but alike"
PLAIN = ("column_{}", "value {}", "field{}")
"""Names that say nothing, numbered so that each stands once."""

Draw = Callable[[random.Random], str]


def _words(text: str, at: str | None = None) -> list[str]:
    return text.split(at)


GIVEN = _words(
    "James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Jose Maria Luis Carmen "
    "Mohamed Fatima Minh Priya Carlos Rosa Tyrone Ashley Kevin Nicole Brian Laura Juan Ana Daniel Emily Mark Karen "
    "Mildred Ezra Kenji Oluwaseun Xiomara Brayden Thuy Siddharth Ngozi Harriet Clyde Beatriz Tomas Esteban Wilmer "
    "Yesenia Marisol Dwayne Lamar Tanisha Shaniqua Hye Jae Aleksandr Zofia Krzysztof Bartholomew Ignacio Humberto "
    "Josefina Ernesto Rigoberto Gladys Edith Norma Vernon Floyd Clarence Thelma Josué María Zoë Tenzin Dawit"
)
SURNAMES = _words(
    "Smith Johnson Garcia Nguyen Brown Lopez Patel Jackson Rivera Kim Torres Lee Walker Flores Adams Khan Reyes "
    "Okafor Abernathy Quispe Villanueva Kowalczyk Haddad Mbeki Lindqvist Tesfaye Zamora Escobar Cabrera Fuentes "
    "Acosta Montoya Barrera Dominguez Hutchinson Blackburn Pruitt Whitfield Yamamoto Choi O'Brien McDaniel "
    "Vu Pham Singh Chaudhry Ivanova Petrov Obi Mensah Muñoz Peña Ibáñez Fitzgerald"
)
STREETS = ("Main", "Oak", "Elm", "2nd", "14th", "Martin Luther King Jr", "San Mateo", "El Camino Real")
PLACES = _words(
    "San Jose;St. Paul;El Paso;Santa Ana;Jackson;Madison;Lincoln;Houston;Fort Worth;Santa Fe;"
    "Los Angeles;Saint George;Carson City;Port Arthur;Denver;Natchez;Adelanto;Lumpkin;Tacoma;Florence;Eloy;Aurora;"
    "Batavia;Elizabeth;Farmville;Folkston;Jena;Karnes City;Laredo;Pearsall;Raymondville;Taylor;Winnfield;York",
    ";",
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``kind`` is what it identifies, or None for a lookalike; ``telling`` whether its name says so."""

    kind: str | None
    what: str
    name: str
    telling: bool
    values: tuple[str | None, ...]


def corpus() -> Iterator[Column]:
    """Every column, with a few blanks, masks and placeholders among its values."""
    for place, (kind, what, names, draw) in enumerate((*IDENTIFYING, *LOOKALIKES)):
        for name in names:
            rng = random.Random(f"{SEED}/{what}/{name}")
            values = tuple(_cell(rng, draw) for _ in range(ROWS))
            yield Column(kind, what, name.format(place), name not in PLAIN, values)


def _cell(rng: random.Random, draw: Draw) -> str | None:
    chance = rng.random()
    if chance < 0.04:
        return None
    if chance < 0.08:
        return rng.choice(["***", "REDACTED", "", " ", "b(6), b(7)c", "unknown", "n/a", "####"])
    value = draw(rng)
    return rng.choice([value, value, value.upper(), f" {value}"])


def shaped(shape: str) -> Draw:
    """Values of one of these shapes: d a digit, l a letter, h a hexadecimal digit, anything else itself."""
    made = {"d": string.digits, "l": "ABCDEFGHJKLMNPRSTUVWXYZ", "h": "0123456789ABCDEF"}

    def draw(rng: random.Random) -> str:
        return "".join(rng.choice(made[c]) if c in made else c for c in rng.choice(shape.split("|")))

    return draw


def of(*values: str) -> Draw:
    """One of these."""
    return lambda rng: rng.choice(values)


def phrase(*parts: str) -> Draw:
    """One alternative of each part."""
    return lambda rng: " ".join(rng.choice(part.split("|")) for part in parts)


def number(low: int, high: int, text: str = "{}") -> Draw:
    """A whole number in a frame of text."""
    return lambda rng: text.format(rng.randint(low, high))


def either(*draws: Draw) -> Draw:
    """Values drawn from several."""
    return lambda rng: rng.choice(draws)(rng)


def _given(rng: random.Random) -> str:
    return rng.choice(GIVEN)


def _surname(rng: random.Random) -> str:
    return rng.choice(SURNAMES)


def _full(rng: random.Random) -> str:
    middle = rng.choice(["", "", f" {rng.choice(string.ascii_uppercase)}."])
    return f"{_given(rng)}{middle} {_surname(rng)}"


def _last_first(rng: random.Random) -> str:
    return f"{_surname(rng)}, {_given(rng)}{rng.choice(['', '', ' ' + rng.choice(string.ascii_uppercase)])}"


def _unknown(rng: random.Random) -> str:
    """Full names of which the program knows no part."""
    return f"{rng.choice(GIVEN[-40:-5])} {rng.choice(SURNAMES[17:42])}"


def _plain_order(rng: random.Random) -> str:
    return f"{_surname(rng)} {_given(rng)}"


def _address(rng: random.Random) -> str:
    kind = rng.choice(["St", "Street", "Ave", "Avenue", "Rd", "Blvd.", "Dr", "Lane", "Ct", "Way", "Hwy", "Pkwy"])
    tail = rng.choice(["", "", " Apt 4B", f", {rng.choice(PLACES)}", " #12"])
    return f"{rng.randint(1, 19999)} {rng.choice(['', 'N ', 'SW ', 'E. '])}{rng.choice(STREETS)} {kind}{tail}"


def _birth(form: str) -> Draw:
    def draw(rng: random.Random) -> str:
        parts = {"y": rng.randint(1935, 2006), "m": rng.randint(1, 12), "d": rng.randint(1, 28)}
        return form.format(**parts)

    return draw


def _mail(rng: random.Random) -> str:
    host = rng.choice(["example.com", "mail.example.org", "police.example.gov", "test.example.co.uk"])
    return f"{_given(rng)}.{_surname(rng).replace(' ', '')}{rng.randint(1, 99)}@{host}"


def _pair(rng: random.Random) -> str:
    return f"{rng.uniform(25, 49):.5f}, {rng.uniform(-124, -67):.5f}"


def _facility(rng: random.Random) -> str:
    tail = ["County Jail", "Detention Center", "Correctional Facility", "Processing Center", "County Sheriff's Office"]
    return f"{rng.choice([*PLACES, 'John Smith', 'David L. Moss', 'James Brown'])} {rng.choice(tail)}"


def _company(rng: random.Random) -> str:
    head = rng.choice(["Palisade", "Northwind", "Vantage", "Smith & Wesson", "Johnson Controls", "Acme", "Martin"])
    middle = rng.choice(["Data", "Security", "Analytics", "Federal", "Identity", "Logistics", "Aerospace"])
    return f"{head} {middle} {rng.choice(['Inc', 'LLC', 'Corp.', 'Solutions', 'Group', 'Technologies'])}"


def _founder(rng: random.Random) -> str:
    return (
        f"{rng.choice(['Charles', 'Raymond', 'Morgan', 'Arthur'])} {rng.choice(['Schwab', 'James', 'Stanley', 'Lee'])}"
    )


_PLATES = (
    "dlllddd|lll-dddd|llldddd|llddddd|ddd lll|lll ddd|ddddll|ldd-lll|ll ddddd|dll dddd|lll ldd|lld ldl|dddldd|"
    "llldld|ldddlll"
)
_CASES = "dd-cv-ddddd|d:dd-cr-ddddd|2019-CR-dddddd|CF-2021-dddd|ddCRdddd|2023-dddddddd|23-dddddd"

IDENTIFYING: tuple[tuple[str, str, tuple[str, ...], Draw], ...] = (
    ("name", "full names", ("name", "Full Name", "defendantName", "Subject Name", "nombre", *PLAIN), _full),
    ("name", "last, first", ("Name", "inmate_name", "NOMBRE COMPLETO", "vendor_name", *PLAIN), _last_first),
    ("name", "full names, unknown", ("name", "Person Name", *PLAIN), _unknown),
    ("name", "last first, no comma", ("NAME", "suspect_name", *PLAIN), _plain_order),
    ("name", "given names", ("first_name", "First", "fname", "GivenName", "FIRST NAME"), _given),
    ("name", "surnames", ("last_name", "last", "Surname", "apellido", "Apellido Paterno", "LASTNAME"), _surname),
    (
        "case number",
        "A-numbers",
        ("A-Number", "Anumber", "alien_no", "A#", *PLAIN),
        shaped("Addddddddd|A ddd ddd ddd|A-ddddddddd|Addd-ddd-ddd|Adddddddd"),
    ),
    (
        "case number",
        "A-numbers, digits only",
        ("A Number", "Alien File Number", "AlienRegistrationNumber"),
        shaped("ddddddddd|ddd-ddd-ddd"),
    ),
    (
        "case number",
        "court cases",
        ("Case #", "case_number", "c_case_number", "Docket No", "numero de caso", *PLAIN),
        shaped(_CASES),
    ),
    (
        "case number",
        "person numbers",
        ("Subject ID", "EID Case ID", "personId", "Unique Identifier"),
        shaped("hhhhhhhhhhhhhhhh"),
    ),
    ("case number", "bookings", ("booking_number", "Booking No.", "inmateID"), number(100000, 999999)),
    (
        "plate",
        "plates of many states",
        ("License Plate", "plate", "plate_number", "licencePlate", "placa", *PLAIN),
        shaped(_PLATES),
    ),
    ("plate", "plates of California", ("LICENSE_PLATE", "Plate #", *PLAIN), shaped("dlllddd")),
    ("plate", "plates of Texas", ("lic_plate", *PLAIN), shaped("llldddd|lll-dddd")),
    ("plate", "vehicle numbers", ("VIN", "vehicle_identification_number", *PLAIN), shaped("1ddlldddddXlddddd")),
    (
        "phone",
        "phones",
        ("phone", "Phone Number", "homePhone", "telefono", *PLAIN),
        shaped("(2dd) ddd-dddd|2dd-ddd-dddd|+1 2dd ddd dddd|2dd.ddd.dddd"),
    ),
    ("phone", "phones, digits only", ("phone_number", "Cell", "Fax Number"), shaped("2ddddddddd")),
    ("address", "addresses", ("address", "Home Address", "street_address", "direccion", *PLAIN), _address),
    ("coordinates", "pairs", ("coordinates", "gps", "location_point", *PLAIN), _pair),
    ("coordinates", "latitudes", ("lat", "latitude", "Latitud"), lambda rng: f"{rng.uniform(25, 49):.6f}"),
    (
        "coordinates",
        "longitudes",
        ("lon", "long", "camera_longitude", "lng"),
        lambda rng: f"{rng.uniform(-124, -67):.5f}",
    ),
    (
        "coordinates",
        "points",
        ("geom", *PLAIN),
        lambda rng: f"POINT({rng.uniform(-124, -67):.5f} {rng.uniform(25, 49):.5f})",
    ),
    ("e-mail", "e-mail addresses", ("email", "E-mail", "contactEmail", "correo electrónico", *PLAIN), _mail),
    (
        "social security number",
        "social security numbers",
        ("SSN", "social_security_number", *PLAIN),
        shaped("ddd-dd-dddd"),
    ),
    (
        "social security number",
        "passports, licences",
        ("passport_number", "Driver License #", "curp"),
        shaped("lddddddd"),
    ),
    (
        "birth date",
        "birth dates, ISO",
        ("dob", "Birth Date", "date_of_birth", "fecha_nacimiento"),
        _birth("{y}-{m:02}-{d:02}"),
    ),
    (
        "birth date",
        "birth dates, US",
        ("DOB", "DateOfBirth", "birthdate", "Fecha de Nacimiento"),
        _birth("{m}/{d}/{y}"),
    ),
    ("device", "IMEI", ("imei", "device_id", "deviceId"), shaped("ddddddddddddddd")),
    ("device", "MAC", ("mac_address", "MAC", *PLAIN), shaped("hh:hh:hh:hh:hh:hh")),
    ("device", "IP", ("ip", "IP Address", *PLAIN), lambda rng: ".".join(str(rng.randint(1, 254)) for _ in range(4))),
    ("officer", "officers' names", ("officer", "Officer Name", "searched_by", "supervisor"), _last_first),
    ("officer", "badges", ("badge", "Badge #", "officer_id", "OFFICER ID", "star_no", "userId"), number(100, 9999)),
    (
        "search prompt or filter",
        "prompts",
        ("Text Prompt", "prompt", "search_query"),
        phrase("red|white|blue", "sedan|truck", "with", "rack|dent|sticker"),
    ),
    (
        "search prompt or filter",
        "filters",
        ("Filters", "search_filters"),
        lambda rng: f"color={rng.choice(['red', 'blue'])};state={rng.choice(['TX', 'CA'])}",
    ),
    (
        "free text",
        "comments",
        ("OFFICER_COMMENTS", "narrative", "remarks"),
        lambda rng: f"subject {_surname(rng)} was seen near the {rng.choice(['store', 'bridge'])}",
    ),
)

LOOKALIKES: tuple[tuple[None, str, tuple[str, ...], Draw], ...] = tuple(
    (None, what, names, draw)
    for what, names, draw in (
        ("facilities", ("facility_name", "Detention Facility", "Name", "location_name", *PLAIN), _facility),
        ("vendors", ("vendor_name", "recipient_name", "recipient_parent_name", "company", *PLAIN), _company),
        ("asset tags", ("asset_tag", "equipment_serial", *PLAIN), shaped("lll-dddd|ldddll")),
        ("serial numbers", PLAIN, shaped("lll-dddd")),
        ("firms, some named after persons", ("vendor", "Contractor", *PLAIN), either(*[_company] * 9, _founder)),
        ("places", ("city", "recipient_city_name", "location_name", "county_name", *PLAIN), of(*PLACES)),
        (
            "countries",
            ("Citizenship Country", "country_name", "nationality", "birth_country", *PLAIN),
            of(
                "Mexico", "Guatemala", "Honduras", "Jordan", "Chad", "Georgia", "El Salvador", "China", "India", "Haiti"
            ),
        ),
        (
            "agencies",
            ("agency_name", "Org Name", "agency", *PLAIN),
            lambda rng: f"{rng.choice(PLACES)} {rng.choice(['PD', 'Police Department', 'County SO', 'Sheriff'])}",
        ),
        (
            "courts",
            ("court_name", "court", *PLAIN),
            lambda rng: (
                f"{rng.randint(1, 20)}th {rng.choice(['District Court', 'Circuit Court', 'Judicial District Court'])}"
            ),
        ),
        (
            "schools",
            ("school_name", *PLAIN),
            phrase("Martin Luther King|Abraham Lincoln|Rosa Parks", "Elementary|High School|Academy"),
        ),
        ("offence codes", ("offense_code", "MSC Charge Code", *PLAIN), shaped("PC 459|PC ddd|HS ddddd|VC ddddd|PC211")),
        (
            "statutes",
            ("statute", "charge_section", *PLAIN),
            lambda rng: f"{rng.choice([8, 18, 21])} USC {rng.randint(100, 2999)}{rng.choice(['', '(a)', '(g)(1)'])}",
        ),
        (
            "charges",
            ("c_charge_desc", "Final Charge", "offense", *PLAIN),
            of("Battery", "Grand Theft", "Driving Under The Influence", "Possession of Cocaine", "Illegal Entry"),
        ),
        ("ZIP codes", ("zip", "recipient_zip_4_code", "Zip", *PLAIN), shaped("ddddd")),
        ("ZIP+4 codes", ("zip4", *PLAIN), shaped("ddddd-dddd")),
        ("FIPS, NAICS, NCIC", ("fips", "naics_code", "MSC NCIC Charge Code", *PLAIN), shaped("ddddd|dddd|dddddd")),
        ("DUNS, nine digits", ("recipient_duns", "duns", *PLAIN), shaped("ddddddddd")),
        ("EIN", ("ein", "tin"), shaped("dd-ddddddd")),
        (
            "amounts",
            ("total_obligated_amount", "price", "n_sharing_outbound", *PLAIN),
            lambda rng: f"{rng.randint(1, 9999)},{rng.randint(100, 999)}.{rng.randint(10, 99)}",
        ),
        ("years", ("fiscal_year", "birth_year", "year", "Birth Year", *PLAIN), number(1930, 2025)),
        (
            "counts",
            ("case_count", "cases", "n_plates", "num_searches", "phone_count", "placeof_cases", *PLAIN),
            number(0, 5000),
        ),
        (
            "case words",
            ("case_status", "Case Category", "case_type", "plate_type", "phone_type", *PLAIN),
            of("Active", "Closed", "Pending", "Docketed", "Temporary", "Mobile"),
        ),
        (
            "states of plates",
            ("plate_state", "license_plate_state", "driver_license_state"),
            of("CA", "TX", "NY", "FL"),
        ),
        (
            "algorithms",
            ("algorithm", "model_name", "algorithm_name", "model", "name", *PLAIN),
            lambda rng: f"{rng.choice(['acme', 'visionbox', 'neuro', 'cogent'])}-{rng.randint(0, 19):03}",
        ),
        ("inventory ids", ("id", "use_case_id", *PLAIN), shaped("DHS-ddd|VA-dddd|DOJ-dd|CFTC-ddd")),
        (
            "award ids",
            ("award_id_piid", "contract_award_unique_key", *PLAIN),
            shaped("70CDCR22P00000ddd|70CMSW21C00000ddd"),
        ),
        ("UEI", ("recipient_uei", *PLAIN), shaped("lllldldldldd|lldllddldldd")),
        ("treasury accounts", ("treasury_account", *PLAIN), shaped("070-dddd|070-2022/2022-dddd")),
        (
            "release dates",
            ("release_date", "Apprehension Date", "Final Order Date", *PLAIN),
            _birth("{y}-{m:02}-{d:02}"),
        ),
        (
            "times",
            ("Search Time", "timestamp", *PLAIN),
            lambda rng: f"{rng.randint(1, 12):02}/17/2025, {rng.randint(1, 12):02}:{rng.randint(0, 59):02}:07 AM UTC",
        ),
        (
            "clock",
            ("hour", "time_of_day", *PLAIN),
            lambda rng: f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}",
        ),
        ("scores", ("score", "similarity", "decile_score", *PLAIN), lambda rng: f"{rng.random():.6f}"),
        (
            "race",
            ("race", "driver_race", "officer_race", "Ethnicity", *PLAIN),
            of("African-American", "Caucasian", "Hispanic", "Asian", "Native American", "Other"),
        ),
        (
            "offence categories",
            ("offenseType", "reason", *PLAIN),
            of("Burglary/Breaking & Entering", "Drugs/Narcotics", "Stolen Vehicle", "Missing Person", "Homicide"),
        ),
        (
            "reasons",
            ("Reason", *PLAIN),
            of(
                "investigation",
                "inv",
                "stolen vehicle",
                "10851",
                "459 PC",
                "187",
                "hit and run",
                "DV",
                "welfare check",
                "test",
            ),
        ),
        (
            "versions",
            ("version", "software_version"),
            lambda rng: f"{rng.randint(1, 9)}.{rng.randint(0, 20)}.{rng.randint(0, 9)}",
        ),
        ("UUIDs of rows", ("id", "search_id", *PLAIN), shaped("hhhhhhhh-hhhh-4hhh-9hhh-hhhhhhhhhhhh")),
        (
            "links",
            ("pia_url", "link_to_data", *PLAIN),
            lambda rng: f"https://www.example.gov/{rng.choice(['pia', 'ato'])}/{rng.randint(1, 999)}",
        ),
        (
            "purposes",
            ("problem_solved", "use_case_name", "benefits", *PLAIN),
            phrase("Detects|Summarises|Ranks", "documents|images|cases", "for", "review|triage", "in offices"),
        ),
        ("months", ("month", "Month (abbv)", *PLAIN), of("April", "May", "June", "August", "January")),
        ("ages", ("age_cat", "Demographic", *PLAIN), of("25 - 45", "Less than 25", "Greater than 45", "Single Adults")),
        ("flags", ("has_email", "is_officer", "email_provided", "address_known"), of("yes", "no")),
        ("links by rule", ("name", "name_year", "name_birth_date"), number(1, 450)),
        ("plates read", ("plates_read", "plates", "plate_reads"), number(1000, 90000)),
        ("periods", ("quarter", "period", *PLAIN), shaped("2019-Qd|FY202d|FY 202d")),
        ("products", ("product_code", "sku", "psc_code", "product_or_service_code"), shaped("llldddd|lddd|llddddd")),
    )
)


def packed() -> Iterator[list[Column]]:
    """The corpus as tables: in each a name stands once."""
    waiting = list(corpus())
    while waiting:
        together = {column.name.casefold(): column for column in reversed(waiting)}
        yield list(together.values())
        taken = {id(column) for column in together.values()}
        waiting = [column for column in waiting if id(column) not in taken]


@cache
def judged() -> tuple[tuple[Column, Refusal | None], ...]:
    """Every column, and what ``examine`` says of it."""
    found = []
    for together in packed():
        refused = examine_columns({column.name: column.values for column in together})
        found += [(column, refused.get(column.name)) for column in together]
    return tuple(found)


def measure() -> tuple[list[tuple[str, int, int]], list[Column]]:
    """Rows of (what, columns, refused) for every kind, and the columns that were judged wrongly."""
    rows: dict[str, list[int]] = {}
    for column, refusal in judged():
        quiet = ", name says nothing" if column.kind and not column.telling else ""
        row = rows.setdefault((column.kind or LOOKALIKE) + quiet, [0, 0])
        row[0] += 1
        row[1] += refusal is not None
    wrong = [column for column, refusal in judged() if (refusal is None) != (column.kind is None)]
    return sorted((what, *row) for what, row in rows.items()), sorted(wrong, key=lambda c: (c.what, c.name))


def figures(rows: list[tuple[str, int, int]]) -> tuple[float, float]:
    """Recall and precision over all columns."""
    found = sum(refused for what, _, refused in rows if what != LOOKALIKE)
    wrongly = sum(refused for what, _, refused in rows if what == LOOKALIKE)
    return found / sum(n for what, n, _ in rows if what != LOOKALIKE), found / (found + wrongly)


def table() -> str:
    """The table of docs/identifiers.md, and what was judged wrongly."""
    rows, wrong = measure()
    lines = ["| columns that hold | columns | refused |", "| --- | ---: | ---: |"]
    lines += ["| {} | {} | {} |".format(*row) for row in rows]
    lines += ["", "Recall {:.3f}, precision {:.3f}.".format(*figures(rows)), ""]
    lines += [f"- {'missed' if column.kind else 'refused'}: {column.what}, as `{column.name}`" for column in wrong]
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
