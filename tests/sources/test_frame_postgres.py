"""The same counts on PostgreSQL as on the embedded engine, from a server that runs for this test alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from counterproof.errors import InputError
from counterproof.reductions import Category, Coded, CountBy, RankSums, Role, ScoreAxis
from counterproof.sources import open_object
from counterproof.sources.counting.frame import Frame
from counterproof.sources.identity.identifiers import examine
from sources.brute import framed
from sources.test_frame import dirty
from sources.test_frame_axis import shapes

pytestmark = pytest.mark.postgres

TYPES = {"string": "text", "double": "float8", "float": "float4", "int64": "bigint", "bool": "boolean"}


@pytest.fixture(scope="module")
def server():
    """Connection parameters of a fresh server on a Unix socket."""
    pytest.importorskip("psycopg", reason="needs counterproof[postgres]", exc_type=ImportError)
    places = [shutil.which("postgres"), *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres")))]
    binaries = [Path(place).parent for place in places if place and (Path(place).parent / "initdb").exists()]
    if not binaries:
        pytest.skip("no PostgreSQL server is installed")
    # the server refuses to run as root
    user = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as folder:
        if user:
            shutil.chown(folder, "nobody", "nogroup")
        data = f"{folder}/data"
        quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder, **user}
        initdb = [binaries[-1] / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run([*initdb, "--locale", "C.UTF-8"], **quiet)
        started = [binaries[-1] / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", "-F"]
        del quiet["check"]
        with subprocess.Popen(started, **quiet) as process:
            try:
                _wait(process, Path(folder))
                yield {"host": folder, "user": "tester", "database": "postgres", "port": 5432}
            finally:
                process.terminate()
                process.wait(timeout=60)


def _wait(process, folder: Path) -> None:
    import psycopg

    for _ in range(200):
        assert process.poll() is None, "the server stopped"
        try:
            psycopg.connect(host=str(folder), user="tester", dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server did not start")


@pytest.fixture
def on_postgres(server):
    """A function that puts columns into a table there and returns a frame over it."""
    import ibis
    import psycopg
    from psycopg import sql

    backend = ibis.postgres.connect(**server)

    def put(columns, roles=(), *, count=None):
        table = pa.table(columns)
        kinds = [
            TYPES.get(str(field.type), "numeric(12,3)" if "decimal" in str(field.type) else "")
            for field in table.schema
        ]
        with psycopg.connect(host=server["host"], user="tester", dbname="postgres", autocommit=True) as con:
            con.execute("DROP TABLE IF EXISTS records")
            named = [
                sql.SQL("{} " + kind).format(sql.Identifier(n))
                for n, kind in zip(table.column_names, kinds, strict=True)
            ]
            con.execute(sql.SQL("CREATE TABLE records ({})").format(sql.SQL(", ").join(named)))
            with con.cursor().copy("COPY records FROM STDIN") as copy:
                for row in zip(*table.to_pydict().values(), strict=True):
                    copy.write_row(row)
        return Frame(open_object("records", backend.table("records")), roles, count=count)

    yield put
    backend.disconnect()


def same(on_postgres, columns, *, count=None, roles=(), wanted=(), ranks=()):
    there = on_postgres(columns, roles, count=count)
    with framed(columns, roles, count=count) as here:
        for reduction in wanted:
            one, other = here.count(reduction), there.count(reduction)
            assert (one.keys, one.n.tolist(), one.records) == (other.keys, other.n.tolist(), other.records)
        for reduction in ranks:
            assert here.rank(reduction) == there.rank(reduction)
    return there


def test_dirty_text(on_postgres):
    group = '"; drop table x; --'
    wanted = [
        CountBy((Category(group), ScoreAxis("score", (Decimal("2.5"),), direction), Coded("outcome")))
        for direction in ("at_least", "at_most")
    ]
    wanted.append(CountBy((Coded("outcome", "maybe"),)))
    ranks = [RankSums("score", Coded("outcome"), ((), (group,)), exact=exact) for exact in (False, True)]
    frame = same(on_postgres, dirty(3000), wanted=wanted, ranks=ranks)
    assert [query.name for query in frame.queries].count("joint") == 1


@pytest.mark.parametrize(
    "shape", ["double", "thousandths", "single", "with gaps", "whole", "huge whole", "decimal", "text"]
)
def test_grids(on_postgres, shape):
    cells = shapes(6000)[shape]
    columns = {"s": cells, "y": [i % 3 == 0 for i in range(len(cells))]}
    wanted = [CountBy((ScoreAxis("s", (Decimal("0.7"),), d), Coded("y"))) for d in ("at_least", "at_most")]
    same(on_postgres, columns, wanted=wanted, ranks=[RankSums("s", Coded("y"), ((),))])


def test_float_groups_and_counts(on_postgres):
    columns = {"g": [2023.0, float("nan"), None, 0.1, -0.0], "n": ["3", "4.0", " 5", "0", "1e2"]}
    same(on_postgres, columns, count="n", wanted=[CountBy((Category("g"),), "n")])


def test_unusable_counts(on_postgres):
    columns = {"n": ["-1", "x", "2.5", None, "1e99"]}
    with pytest.raises(InputError, match="1 negative, 1 fractional, 1 missing, 1 not numbers, 1 too large"):
        on_postgres(columns, [Role("count", "n", "count")], count="n").count(CountBy((), "n"))


def test_who_may_only_read_is_served_without_tables_of_his_own(on_postgres, server):
    import psycopg

    on_postgres({"g": ["a", "b", "a"]})
    with psycopg.connect(host=server["host"], user="tester", dbname="postgres", autocommit=True) as con:
        con.execute("DROP ROLE IF EXISTS reader")
        con.execute("CREATE ROLE reader LOGIN")
        con.execute("REVOKE TEMPORARY ON DATABASE postgres FROM PUBLIC")
        con.execute("GRANT SELECT ON records TO reader")
    import ibis

    backend = ibis.postgres.connect(**(server | {"user": "reader"}))
    frame = Frame(open_object("records", backend.table("records")), ())
    cells = frame.count(CountBy((Category("g"),)))
    backend.disconnect()
    assert (cells.keys, cells.n.tolist()) == ((("a",), ("b",)), [2, 1])


def test_the_same_columns_are_refused(on_postgres):
    rows = range(40)
    columns = {
        "field": [f"a{row}@example.org" if row % 3 else " *** " for row in rows],
        "mark": [f"{row % 9}ABC{100 + row}" if row % 7 else None for row in rows],
        "race": ["Asian", "asian ", "", None] * 10,
        "officer": list(rows),
    }
    there = on_postgres(columns)._session.source
    with framed(columns) as here:
        refused = examine(here._session.source)
        assert list(refused) == ["field", "officer"]
        assert examine(there) == refused
