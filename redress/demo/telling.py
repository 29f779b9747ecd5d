"""How the demo speaks: chapters, sentences, refusals and tables, for a person at a terminal."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.rule import Rule
from rich.table import Table


class ConsoleTeller:
    """Tells the story on a terminal, with the seconds gone by."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def chapter(self, title: str) -> None:
        self._console.print(Rule(f"[bold]{title}[/]  [dim]{self.seconds:.0f} s[/]", align="left"))

    def say(self, text: str) -> None:
        self._console.print(f"  [green]✓[/] {escape(text)}", highlight=False)

    def refusal(self, who: str, problem: Mapping[str, Any]) -> None:
        clause = f" (clause {problem['clause']})" if problem.get("clause") else ""
        self._console.print(
            f"  [yellow]✗[/] {escape(who)} is refused by rule [yellow]{problem['rule']}[/]{escape(clause)}: "
            f"[dim]{escape(problem['detail'])}[/]",
            highlight=False,
        )

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        table = Table(title=title, title_justify="left", header_style="bold", expand=False)
        for column in columns:
            table.add_column(column, overflow="fold")
        for row in rows:
            table.add_row(*(escape(str(cell)) for cell in row))
        self._console.print(table)
