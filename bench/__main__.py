"""`make bench`: the door beside the raw limit, and the watch beside the size of the table, on every database that is here."""

import argparse
import tempfile
from pathlib import Path

from sqlalchemy import create_engine as plain_engine
from sqlalchemy import text

from bench.doors import Race, race
from bench.watches import Watched, watched
from models.engine import Durability
from tests.postgres import Server, server
from tests.postgres_programs import HOW_TO_GET_IT, find_programs


def main() -> None:
    """Measure and print. Figures are for comparing within one run, never with another machine's."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--cases", type=int, default=400, help="moves of each contender on each database")
    parser.add_argument(
        "--armed", type=int, default=100_000, help="armed deadlines that are not due, for the idle watch"
    )
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="duecourse-bench-"))
    durabilities: tuple[Durability, ...] = ("FULL", "NORMAL")
    for durability in durabilities:
        one, two, three = (f"sqlite:///{folder}/{durability}-{n}.db" for n in range(3))
        _show_race(race(f"SQLite {durability}", (one, two, three), chosen.cases, durability))
    _show_watch(watched("SQLite FULL", [f"sqlite:///{folder}/watch-{n}.db" for n in range(2)], chosen.armed))
    programs = find_programs()
    if programs is None:
        print(f"Left out: PostgreSQL, whose programs were not found. {HOW_TO_GET_IT}")
        return
    with server(programs, durable=True) as running:
        _show_race(
            race(
                "PostgreSQL",
                (_fresh(running, "a"), _fresh(running, "b"), _fresh(running, "c")),
                chosen.cases,
                "FULL",
            )
        )
        _show_watch(watched("PostgreSQL", [_fresh(running, "d"), _fresh(running, "e")], chosen.armed))


def _fresh(running: Server, name: str) -> str:
    with plain_engine(running.url(), isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"CREATE DATABASE bench_{name}"))
    return running.url(f"bench_{name}")


def _show_race(result: Race) -> None:
    print(f"\n{result.where}: moves a second, taking turns")
    for name, speed in sorted(result.per_second.items(), key=lambda item: -item[1]):
        print(f"  {name:<14} {speed:>8,.0f}   {result.ratio(name):.2f} of the raw limit")


def _show_watch(result: Watched) -> None:
    print(f"\n{result.where}: one look of the idle watch, nothing due")
    for armed, (statements, micros) in result.looks.items():
        print(f"  {armed:>9,} armed   {statements} statement   {micros:>7,.0f} µs")


if __name__ == "__main__":
    main()
