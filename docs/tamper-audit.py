#!/usr/bin/env python3
"""Changes a record of the audit trail of a running `cargo local`, as an attacker who has got around the table's policy would.

    python3 -m venv venv && venv/bin/pip install boto3
    venv/bin/python docs/tamper-audit.py            # the last signed event of the longest chain
    venv/bin/python docs/tamper-audit.py 5 14       # event 14 of chain 5

It puts the whole record, as only the audit writer's role may. docs/runbook.md has the steps around it.
"""

import os
import sys

import boto3

table = boto3.resource(
    "dynamodb",
    endpoint_url=os.environ.get("VAIDYA_AWS", "http://127.0.0.1:8083"),
    region_name="ap-south-1",
    aws_access_key_id="local",
    aws_secret_access_key="local",
).Table("vaidya-local")

if len(sys.argv) == 3:
    chain, sequence = int(sys.argv[1]), int(sys.argv[2])
else:
    state = table.get_item(Key={"PK": "CHECKPOINT#AUDIT", "SK": "STATE"}).get("Item")
    if state is None:
        sys.exit("nothing is signed yet: cargo local clock +15m")
    longest = max(state["to"], key=lambda head: head["sequence"])
    chain, sequence = int(longest["chain"]), int(longest["sequence"])

record = table.get_item(Key={"PK": f"AUDIT#{chain:02}", "SK": f"{sequence:020}"})["Item"]
before = record["actor"]
record["actor"] = "00000000-0000-4000-8000-000000000000"
table.put_item(Item=record)
print(f"chain {chain}, event {sequence}: {record['event_type']} by {before} is now by {record['actor']}")
