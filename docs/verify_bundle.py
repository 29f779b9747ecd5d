"""Checks a case bundle as docs/bundle.md says: Python's standard library alone, no network, nothing of Redress."""

# ruff: noqa: ANN001, ANN201, E401, I001, INP001, PTH123, SIM115, T201
import hashlib, io, json, sys, zipfile


def need(truth, what):
    if not truth:
        sys.exit(f"does not match: {what}")


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def rebuilt(entries):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in entries.items():
            info = zipfile.ZipInfo(name)  # stored, of 1980-01-01 00:00
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, content)
    return written.getvalue()


def chain(name, case_id, content):
    bodies, before = [], ""
    for n, line in enumerate(content.split(b"\n")[:-1], 1):
        read = json.loads(line)
        body = line[len('{"prev":"","digest":"","body":' + read["prev"] + read["digest"]) : -1]
        whole = "withheld" in read or hashlib.sha256(read["prev"].encode() + body).hexdigest() == read["digest"]
        need(whole, f"{name} line {n}: digest")
        need(read["prev"] == before and read.get("body", [case_id])[0] == case_id, f"{name} line {n}: chain")
        before, bodies = read["digest"], [*bodies, read.get("body")]
    return bodies, before


def verify(raw):
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        entries = {one.filename: archive.read(one) for one in archive.infolist()}
    need(rebuilt(entries) == raw, "the archive is not written as its contents say")
    manifest = json.loads(entries["bundle.json"])
    root = hashlib.sha256(canonical({key: one for key, one in manifest.items() if key != "root"})).hexdigest()
    need(root == manifest["root"] and canonical(manifest) == entries["bundle.json"], "bundle.json: root or spelling")
    listed = {one["name"]: (one["size"], one["sha256"]) for one in manifest["entries"]}
    for name in (listed.keys() | entries.keys()) - {"bundle.json", "bundle.sig"}:
        found = (len(entries[name]), hashlib.sha256(entries[name]).hexdigest()) if name in entries else None
        need(listed.get(name) == found, name)
    for one in manifest["files"]:
        need(one["absent"] or listed[one["entry"]] == (one["size"], one["sha256"]), f"file {one['sha256']}")
    told, heard = {}, []
    for service, due in manifest["chains"].items():
        name = f"chains/{service}.jsonl"
        bodies, head = chain(name, manifest["case_id"], entries[name])
        need((len(bodies), head) == (due["commits"], due["head"]), f"{name}: head")
        for body in filter(None, bodies):
            told.update({(service, out[3]): [out[1], out[2], out[4]] for out in body[8] if out[3]})
            heard += [((body[3][2], body[3][3]), body[7][:3])] if body[7] else []
    for of, fact in heard:
        need(told.get(of, fact) == fact or fact[0] == "redress.skipped.v1", f"{of} is heard otherwise than it was told")
    return root


if __name__ == "__main__":
    print("every byte is as it must be; root", verify(open(sys.argv[1], "rb").read()))
