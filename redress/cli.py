"""The `redress` command."""

import logging
import sys

from cyclopts import App
from rich.console import Console

from redress.commands import (
    acl,
    bench,
    bundle,
    cases,
    contracts,
    docs,
    export,
    insight,
    keys,
    mongo,
    parked,
    policy,
    rebuild,
    recovery,
    rescreen,
    run,
    scale,
    simulate,
    topics,
    verify,
)
from shared.adapters.failures import Misconfigured, StartFailure
from shared.eventing.ports import KeysMissingError

app = App(name="redress", help="Marketplace dispute intervention: run it, look into it, prove it.")
for group in (
    topics.app,
    acl.app,
    mongo.app,
    parked.app,
    cases.app,
    policy.app,
    insight.app,
    export.app,
    keys.app,
    keys.person,
    contracts.app,
    scale.app,
):
    app.command(group)
app.command(run.demo)
app.command(run.up)
app.command(run.servers)
app.command(rebuild.rebuild)
app.command(rescreen.rescreen)
app.command(recovery.backup)
app.command(recovery.restore)
app.command(recovery.republish)
app.command(verify.verify)
app.command(bundle.verify_bundle)
app.command(insight.cycle_times)
app.command(topics.lag)
app.command(bench.bench)
app.command(simulate.simulate)
app.command(docs.docs)


def main() -> None:
    """Run the command line; a failure that has a cure is one line and its own exit code."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # the one line says what it would say in ten
    try:
        app()
    except StartFailure as failure:
        Console(stderr=True).print(f"redress: {failure}", highlight=False, soft_wrap=True)
        sys.exit(failure.EXIT)
    except KeysMissingError as error:
        cure = "set REDRESS_KEYS__MASTER_FILE as for the services"
        Console(stderr=True).print(f"redress: {error}: {cure}", highlight=False, soft_wrap=True)
        sys.exit(Misconfigured.EXIT)
    except LookupError as error:
        Console(stderr=True).print(f"redress: {error}", highlight=False, soft_wrap=True)
        sys.exit(2)
