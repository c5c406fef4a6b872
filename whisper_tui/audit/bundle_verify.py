"""Checks an evidence bundle of a whisper-tui session log. It needs Python 3 and nothing else; README.txt says what it proves.

    python3 verify.py [FOLDER]

Exit status: 0 whole, 1 changed (and where), 2 not to be read.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

COMMITTED = "sha256:"


def faults(folder: Path) -> Iterator[str]:
    """Say what was changed, row by row."""
    about = json.loads((folder / "about.json").read_text("utf-8"))
    # The hash of a row is SHA-256(hash of the row before, then the row's bytes); the first of a file follows the log's own id,
    # and the last hash of the file before, which the rows themselves hold unless they aged out.
    own, starts = b"whisper-tui session log " + about["log"].encode(), about["starts"]
    before, last, bodies = hashlib.sha256(own).digest(), min((int(seq) for seq in starts), default=1) - 1, {}
    last = 0 if about["first"] == 1 else last
    with (folder / "rows.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            seq, said = row["seq"], bytes.fromhex(row["hash"])
            body = bytes.fromhex(row["hex"]) if "hex" in row else row["body"].encode() if "body" in row else None
            if str(seq) in starts:
                if last and seq != about["first"] and before.hex() != starts[str(seq)]:
                    yield f"row {seq} goes on from another row than {last}"
                before = hashlib.sha256(own + b" after " + bytes.fromhex(starts[str(seq)])).digest()
            if seq != last + 1:
                yield f"row {last + 1} should stand where row {seq} does"
            elif body is not None and hashlib.sha256(before + body).digest() != said:
                yield f"row {seq} was changed, or the row before it"
            if body is not None:
                bodies[seq] = body
            last, before = seq, said
    if last != about["rows"]:
        yield f"the last row is {last}; row {about['rows']} was the last when this was exported"
    if before.hex() != about["head"]:
        yield "the last hash is not the one that was the last when this was exported"
    if len(bodies) != about["chosen"]:
        yield f"{len(bodies)} rows have their words, {about['chosen']} had when this was exported"
    yield from wrong_numbers(folder / "numbers.jsonl", bodies)


def wrong_numbers(file: Path, bodies: dict[int, bytes]) -> Iterator[str]:
    """Say which callers' numbers are not those that the rows were sealed with."""
    for line in file.read_text("utf-8").splitlines() if file.exists() else ():
        number = json.loads(line)
        sealed = COMMITTED + hashlib.sha256(bytes.fromhex(number["salt"]) + number["value"].encode()).hexdigest()
        body = json.loads(bodies.get(number["seq"], b"{}"))
        if (body.get("call") or {}).get("caller") != sealed:
            yield f"row {number['seq']} was sealed with another number"


def ends(folder: Path) -> Iterator[str]:
    """Say where each run of rows with their words ends: its hash holds all of the run, and nothing else does."""
    began, last = 0, {}
    for line in [*(folder / "rows.jsonl").read_text("utf-8").splitlines(), "{}"]:
        row = json.loads(line)
        if "body" in row or "hex" in row:
            began, last = began or row["seq"], row
        elif began:
            yield f"rows {began} to {last['seq']} hang together up to the hash {last['hash']}: compare it with the log's"
            began = 0


def main() -> int:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else __file__).resolve()
    folder = folder if folder.is_dir() else folder.parent
    try:
        found = list(faults(folder))
        about = json.loads((folder / "about.json").read_text("utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        sys.stdout.write(f"cannot be read: {error!r}\n")
        return 2
    for fault in found:
        sys.stdout.write(f"{fault}\n")
    sys.stdout.writelines(f"{end}\n" for end in ends(folder))
    if about["first"] > 1:
        sys.stdout.write(f"rows 1 to {about['first'] - 1} are not here\n")
    sys.stdout.write(f"{about['rows']} rows, {about['chosen']} with their words: {'CHANGED' if found else 'whole'}\n")
    sys.stdout.write(f"last hash {about['head']}: compare it with one that was noted elsewhere\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
