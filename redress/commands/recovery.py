"""`redress backup`, `redress restore`, `redress republish`."""

import asyncio
from pathlib import Path

from rich.console import Console

from redress.recovery.archive import Archive
from redress.recovery.checking import check as check_archive
from redress.recovery.relaying import republish as tell_again
from redress.recovery.restoring import Wanted
from redress.recovery.restoring import restore as put_back
from redress.recovery.taking import Asked, take
from shared.adapters.settings import Settings

console = Console(soft_wrap=True, highlight=False)


def backup(*, into: Path, vault: Path | None = None, copy_files: bool = False, without_kafka: bool = False) -> None:
    """Copy what is truth into a folder, while the services run; into the same folder again, only what is new.

    That is the log of every service, what is parked, who read which case, and the evidence files. Views follow from
    the logs, topics from the logs too. The master key is never in it.

    Parameters
    ----------
    into
        The folder: empty, or that of an earlier backup.
    vault
        Another folder, for the keys of people: without them sealed texts and files cannot be read.
    copy_files
        Copy evidence files out of an object store, too. Files in MongoDB always are.
    without_kafka
        Do not note how far what comes from outside was taken: while Kafka is away.
    """
    asked = Asked(into, vault, copy_files, with_kafka=not without_kafka)
    manifest = asyncio.run(take(asked, Settings(), console.print))
    console.print(f"{into}: backup {manifest.id} is complete")


def restore(
    folder: Path,
    *,
    vault: Path | None = None,
    without_vault: bool = False,
    kafka_kept: bool = False,
    check: bool = False,
) -> None:
    """Put a backup into an empty system, while no service runs. Broken off, run it again.

    When the services start they tell every fact of the logs again, as it was told, and build their views.

    Parameters
    ----------
    folder
        What `redress backup` filled.
    vault
        The folder with the keys of people; without it those that the vault holds are used.
    without_vault
        Restore though there are no keys: what people wrote can then never be read.
    kafka_kept
        Only MongoDB was lost: delete our facts from the topics, and keep in a file what was told after the backup.
    check
        Only read the backup and check every byte of it.
    """
    if check:
        manifest, found = check_archive(Archive(folder))
        console.print(
            f"{folder}: backup {manifest.id} of {manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC is sound: "
            f"{sum(found.commits.values()):,} commits, {found.files:,} files"
        )
        return
    asyncio.run(put_back(Wanted(folder, vault, without_vault, kafka_kept), Settings(), console.print))
    console.print("restored: start the services, wait until `redress lag` says 0, then run `redress verify`")


def republish(*, kafka_kept: bool = False) -> None:
    """Tell every fact again from the logs when the services start: after Kafka was lost and MongoDB was not.

    Parameters
    ----------
    kafka_kept
        Kafka lost only some of it: delete our facts from the topics first.
    """
    services = asyncio.run(tell_again(Settings(), kafka_kept=kafka_kept))
    console.print(f"{', '.join(services)} will tell all of their facts again: start them")
