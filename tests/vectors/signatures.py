"""Makes and checks signatures with Razorpay's own Python SDK (`pip install razorpay setuptools`).

    python3 tests/vectors/signatures.py make   > tests/vectors/signatures.json   # what the SDK computes
    python3 tests/vectors/signatures.py verify < tests/vectors/signatures.json   # whether the SDK accepts

The SDK has no function that signs: it computes the signature and compares it with the one that it is given. So `make` looks at what
it compares with. The tests of `gateway` show that our verification accepts these signatures; those of the simulator that it makes
the same ones, which is why the SDK accepts the simulator's.
"""

import hmac
import json
import sys

import razorpay
import razorpay.utility.utility as utility
from razorpay.errors import SignatureVerificationError

EVENT = {
    "entity": "event", "account_id": "acc_BFQ7uQEaa7j2z7", "event": "payment.captured", "contains": ["payment"],
    "payload": {"payment": {"entity": {"id": "pay_P1", "amount": 50000, "currency": "INR", "order_id": "order_A1"}}},
    "created_at": 1795300060,
}
BODIES = [
    json.dumps(EVENT),
    json.dumps(EVENT, separators=(",", ":")),
    json.dumps({"event": "order.paid", "notes": {"name": "आशा राव", "face": "🙂"}}, ensure_ascii=False),
    "",
    " ",
    "{}\n",
    "not json at all \u0000 \u0001",
    "x" * 4096,
]
SECRETS = ["s", "local-webhook-secret", "0123456789abcdef" * 8, "गुप्त"]
CHECKOUTS = [("order_IluGWxBm9U8zJ8", "pay_IH4NVgf4Dreq1l"), ("order_A1", "pay_P1"), ("order_EKwxwAgItmmXdp", "pay_29QQoUBi66xm2f")]


class Told(Exception):
    """What the SDK compares with."""


def made_by(check):
    """The signature that `check` computes before it compares."""
    real = hmac.compare_digest

    def tell(computed, _given):
        raise Told(computed)

    utility.hmac.compare_digest = tell
    try:
        check()
    except Told as told:
        return str(told)
    finally:
        utility.hmac.compare_digest = real
    raise SystemExit("the SDK compared nothing")


def checkout(order, payment, signature):
    return {"razorpay_order_id": order, "razorpay_payment_id": payment, "razorpay_signature": signature}


def make():
    webhooks, checkouts = [], []
    for body in BODIES:
        for secret in SECRETS:
            sdk = razorpay.Client(auth=("rzp_test_key", "unused")).utility
            signature = made_by(lambda: sdk.verify_webhook_signature(body, "0" * 64, secret))
            webhooks.append({"body": body, "secret": secret, "signature": signature})
    for order, payment in CHECKOUTS:
        for secret in SECRETS:
            sdk = razorpay.Client(auth=("rzp_test_key", secret)).utility
            signature = made_by(lambda: sdk.verify_payment_signature(checkout(order, payment, "0" * 64)))
            checkouts.append({"order": order, "payment": payment, "secret": secret, "signature": signature})
    json.dump({"sdk": "razorpay 2.0.1", "webhooks": webhooks, "checkouts": checkouts}, sys.stdout, indent=1)
    print()


def verify():
    vectors = json.load(sys.stdin)
    for it in vectors["webhooks"]:
        sdk = razorpay.Client(auth=("rzp_test_key", "unused")).utility
        assert sdk.verify_webhook_signature(it["body"], it["signature"], it["secret"])
        refused(lambda: sdk.verify_webhook_signature(it["body"] + " ", it["signature"], it["secret"]))
    for it in vectors["checkouts"]:
        sdk = razorpay.Client(auth=("rzp_test_key", it["secret"])).utility
        assert sdk.verify_payment_signature(checkout(it["order"], it["payment"], it["signature"]))
        refused(lambda: sdk.verify_payment_signature(checkout(it["order"], it["payment"] + "x", it["signature"])))
    print(f"{len(vectors['webhooks'])} webhook and {len(vectors['checkouts'])} checkout signatures accepted")


def refused(check):
    try:
        check()
    except SignatureVerificationError:
        return
    raise SystemExit("the SDK accepted what was tampered with")


if __name__ == "__main__":
    {"make": make, "verify": verify}[sys.argv[1]]()
