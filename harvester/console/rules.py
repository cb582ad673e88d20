"""`harvester rules`: the rules of the program as tables."""

from __future__ import annotations

import click

from harvester.console.options import ArgumentsError, load_settings, settings_option


@click.command()
@click.argument("table", required=False)
@click.option("--find", "text", metavar="TEXT", help="Only the rows that hold this text, of one table or of all.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@settings_option
def command(table: str | None, text: str | None, as_json: bool, settings: tuple[str, ...]) -> None:
    """List the tables that decide whose an address is, who reads it and where to look next; show or search them.

    Two of them are yours to fill: the settings HARVESTER_ALLOW_ADDRESSES and HARVESTER_DENY_ADDRESSES.
    """
    from harvester.configuration import address_lists, nearest  # noqa: PLC0415 - heavy
    from harvester.rules import find_rows, load_tables, show_rows, show_table, show_tables  # noqa: PLC0415 - heavy

    tables = {one.name: one for one in load_tables(address_lists(load_settings(settings)))}
    if table is not None and table not in tables:
        raise ArgumentsError(f"There is no table {table}; the nearest is {nearest(table, tables)}.")
    if table is not None:
        show_table(tables[table], text, as_json=as_json)
    elif text is not None:
        show_rows(find_rows(tables.values(), text), has_names=True, as_json=as_json)
    else:
        show_tables(list(tables.values()), as_json=as_json)
