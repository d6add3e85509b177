"""docs/audit-format.md, written a second time: independent of the Rust code, from the document alone.

    python3 audit_format.py verify DIR     verifies an export as the document says; needs openssl
    python3 audit_format.py make DIR       makes the export in `export/`, with a key that openssl makes
"""

import hashlib
import hmac
import json
import pathlib
import subprocess
import sys
import tempfile

CHAINS = 16
ZEROS = "0" * 64


def number(value):
    return value.to_bytes(8, "big")


def text(value):
    data = value.encode()
    return number(len(data)) + data


def optional(value):
    return b"\0" if value is None else b"\1" + text(value)


def texts(values):
    return number(len(values)) + b"".join(map(text, values))


def flag(value):
    return b"\1" if value else b"\0"


def sha256(data):
    return hashlib.sha256(data).digest()


# --- events ---------------------------------------------------------------------------------------------

def client(event):
    return b"".join(optional(event.get(name)) for name in ("session_id", "ip", "user_agent"))


def commit(opening, event):
    return hmac.new(bytes.fromhex(opening), text("vaidya-client-1") + client(event), "sha256").hexdigest()


def event_bytes(event):
    out = text("vaidya-audit-1") + number(event["chain"]) + number(event["sequence"])
    for name in ("previous_hash", "id", "event_type", "category", "severity", "outcome", "at", "actor",
                 "actor_role", "operation", "request_id"):
        out += text(event[name])
    if "commitment" in event:
        out += flag(True) + text(event["commitment"])
    else:
        out += flag(False) + client(event)
    out += text(event["resource_type"]) + text(event["resource_id"])
    out += texts(event.get("subjects", []))
    out += texts(event["fields"]) + flag(event["phi_accessed"]) + flag(event["data_exported"])
    return out + optional(event.get("detail"))


def check_event(event, head):
    assert (event["sequence"], event["previous_hash"]) == (head[0] + 1, head[1]), "link"
    assert sha256(event_bytes(event)).hex() == event["current_hash"], "changed"
    if "commitment" in event:
        if "opening" in event:
            assert commit(event["opening"], event) == event["commitment"], "client"
        else:
            assert not {"session_id", "ip", "user_agent"} & event.keys(), "client"
    return (event["sequence"], event["current_hash"])


# --- trees and checkpoints ------------------------------------------------------------------------------

def root(hashes):
    if not hashes:
        return sha256(b"")
    if len(hashes) == 1:
        return sha256(b"\0" + hashes[0])
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return sha256(b"\1" + root(hashes[:split]) + root(hashes[split:]))


def checkpoint_bytes(checkpoint):
    out = text("vaidya-checkpoint-1") + number(checkpoint["sequence"]) + text(checkpoint["previous_hash"])
    out += text(checkpoint["at"]) + text(checkpoint["key_id"]) + number(len(checkpoint["chains"]))
    for segment in checkpoint["chains"]:
        out += number(segment["chain"]) + number(segment["first"]) + number(segment["last"]) + text(segment["head"])
    return out + number(checkpoint["events"]) + text(checkpoint["root"])


def openssl(*arguments, data=None):
    return subprocess.run(("openssl",) + arguments, input=data, check=True, capture_output=True).stdout


def is_signed(checkpoint, key):
    with tempfile.NamedTemporaryFile() as signature:
        signature.write(bytes.fromhex(checkpoint["signature"]))
        signature.flush()
        answer = openssl("dgst", "-sha256", "-verify", str(key), "-signature", signature.name,
                         data=checkpoint_bytes(checkpoint))
    return answer == b"Verified OK\n"


def key_id(key):
    return sha256(openssl("pkey", "-pubin", "-in", str(key), "-outform", "DER")).hex()


def lines(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def verify(directory):
    directory = pathlib.Path(directory)
    key = directory / "keys.pem"

    def chain(number):
        for path in sorted((directory / "events" / ("chain=%02d" % number)).rglob("*.jsonl")):
            yield from lines(path)

    chains = [chain(number) for number in range(CHAINS)]
    heads = [(0, ZEROS)] * CHAINS
    previous, count = (0, ZEROS), 0
    for checkpoint in lines(directory / "checkpoints.jsonl"):
        assert checkpoint["key_id"] == key_id(key) and is_signed(checkpoint, key), "signature"
        assert (checkpoint["sequence"], checkpoint["previous_hash"]) == (previous[0] + 1, previous[1]), "order"
        hashes = []
        for segment in checkpoint["chains"]:
            number = segment["chain"]
            assert segment["first"] == heads[number][0] + 1, "segment"
            while heads[number][0] < segment["last"]:
                event = next(chains[number])
                assert event["chain"] == number, "chain"
                heads[number] = check_event(event, heads[number])
                hashes.append(bytes.fromhex(event["current_hash"]))
            assert heads[number][1] == segment["head"], "rewritten"
        assert len(hashes) == checkpoint["events"] and root(hashes).hex() == checkpoint["root"], "root"
        previous, count = (checkpoint["sequence"], sha256(checkpoint_bytes(checkpoint)).hex()), count + len(hashes)
    for number in range(CHAINS):
        for event in chains[number]:
            heads[number] = check_event(event, heads[number])
            count += 1
    return count, previous


# --- an export to test others with ----------------------------------------------------------------------

def make(directory):
    directory = pathlib.Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile() as private:
        private.write(openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout"))
        private.flush()
        key = directory / "keys.pem"
        key.write_bytes(openssl("ec", "-in", private.name, "-pubout"))
        heads = [(0, ZEROS)] * CHAINS
        firsts = [1] * CHAINS
        hashes = [[] for _ in range(CHAINS)]
        previous = (0, ZEROS)
        checkpoints = []
        for step in range(40):
            number = (step * step) % 7 * 2
            event = an_event(step)
            event["v"] = 1
            if step % 3 == 0:
                event["opening"] = sha256(b"opening %d" % step).hex()
                event["commitment"] = commit(event["opening"], event)
                if step % 2 == 0:
                    for name in ("opening", "session_id", "ip", "user_agent"):
                        event.pop(name, None)
            event |= {"chain": number, "sequence": heads[number][0] + 1, "previous_hash": heads[number][1]}
            event["current_hash"] = sha256(event_bytes(event)).hex()
            heads[number] = (event["sequence"], event["current_hash"])
            hashes[number].append(bytes.fromhex(event["current_hash"]))
            day = "2026-11-30" if step < 20 else "2026-12-01"
            file = directory / "events" / ("chain=%02d" % number) / ("day=%s" % day) / "events.jsonl"
            file.parent.mkdir(parents=True, exist_ok=True)
            with open(file, "a", encoding="utf-8") as out:
                out.write(json.dumps(event, ensure_ascii=step % 2 == 0) + "\n")
            if step in (9, 10, 35):
                checkpoint = {
                    "v": 1, "sequence": previous[0] + 1, "previous_hash": previous[1],
                    "at": "2026-12-01T%02d:00:00Z" % (step % 24), "key_id": key_id(key),
                    "chains": [{"chain": chain, "first": firsts[chain], "last": heads[chain][0], "head": heads[chain][1]}
                              for chain in range(CHAINS)],
                    "events": sum(map(len, hashes)), "root": root(sum(hashes, [])).hex(),
                }
                signature = openssl("dgst", "-sha256", "-sign", private.name, data=checkpoint_bytes(checkpoint))
                checkpoint["signature"] = signature.hex()
                checkpoints.append(json.dumps(checkpoint))
                previous = (checkpoint["sequence"], sha256(checkpoint_bytes(checkpoint)).hex())
                firsts = [head[0] + 1 for head in heads]
                hashes = [[] for _ in range(CHAINS)]
        (directory / "checkpoints.jsonl").write_text("\n".join(checkpoints) + "\n", encoding="utf-8")


def an_event(step):
    event = {
        "id": sha256(b"event %d" % step).hex(), "event_type": "APPOINTMENT_VIEWED", "category": "data_access",
        "severity": "low", "outcome": "success", "at": "2026-11-30T03:%02d:00.25Z" % step, "actor": "actor-%d" % step,
        "actor_role": "patient", "operation": "viewAppointment", "request_id": "request-%d" % step,
        "session_id": "session-%d" % step, "ip": "203.0.113.%d" % step, "resource_type": "appointment",
        "resource_id": "appointment-%d" % step, "fields": ["reason", "state"][: step % 3],
        "subjects": ["patient-%d" % step][: step % 2], "phi_accessed": True, "data_exported": step % 4 == 0,
    }
    if step % 5 == 0:
        event["detail"] = "a \u201cquoted\u201d word, a tab\t and \\ \U0001F600"
        event["user_agent"] = "Mozilla/5.0 (\"X\")"
    return event


if __name__ == "__main__":
    if sys.argv[1:2] == ["make"]:
        make(sys.argv[2])
    else:
        events, last = verify(sys.argv[2])
        print("verified: %d events, last checkpoint %d:%s" % (events, *last))
