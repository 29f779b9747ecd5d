"""`redress verify-bundle`: a case bundle checked from its bytes alone, without server or network."""

import sys
from pathlib import Path

from rich.console import Console

from shared.bundle.checking import check_bundle
from shared.bundle.container import MismatchError
from shared.bundle.signing import KeyUnfitError
from shared.bundle.signing import public_key as key_of

console = Console(soft_wrap=True)


def verify_bundle(file: Path, *, public_key: Path | None = None) -> None:
    """Recompute every digest of a case bundle; exits with 1 and names the first thing that does not match.

    Parameters
    ----------
    file
        The bundle.
    public_key
        The Ed25519 public key, in PEM, that the bundle must be signed with.
    """
    try:
        expected = key_of(public_key.read_bytes()) if public_key else None
        with file.open("rb") as opened:
            found = check_bundle(opened, expected)
    except MismatchError as mismatch:
        console.print(f"[red]does not match[/] {mismatch.where}: {mismatch.what}", highlight=False)
        sys.exit(1)
    except (OSError, KeyUnfitError) as error:
        raise LookupError(str(error)) from error
    manifest = found.manifest
    console.print(f"case {manifest.case_id}: {manifest.status}, as of {manifest.as_of}, for {manifest.seen_by}")
    console.print(f"root {found.root}", highlight=False)
    for service, chain in manifest.chains.items():
        console.print(f"{service}: {chain.commits} commits, {chain.withheld} withheld, head {chain.head}")
    absent = [f"{one.sha256} ({one.absent})" for one in manifest.files if one.absent]
    console.print(f"{found.files} evidence files, {len(manifest.seals)} seals, {found.told} published facts")
    if absent:
        console.print(f"not in the bundle: {', '.join(absent)}", highlight=False)
    if found.signed_by is None:
        console.print("not signed: compare the root with one that you trust")
    elif expected is None:
        console.print(f"signed by {found.signed_by}; --public-key checks whose key that is", highlight=False)
    else:
        console.print(f"signed by the given key {found.signed_by}", highlight=False)
    console.print("[green]every byte is as it must be[/]")
