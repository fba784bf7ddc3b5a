"""A webhook call: JSON by POST, signed, so that the receiver knows that it is ours and not old.

    X-Ingest-Signature: t=1528701300,v1=HEX

HEX is HMAC-SHA256 of "t.body" under the shared secret; a receiver refuses what does not match, or a `t` of
more than a few minutes ago. `Idempotency-Key` is the same when a call is repeated.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

import httpx

from ingest.alerts.digest import Mail
from ingest.alerts.smtp import PutOff, RefusedMail
from ingest.wording import shorten, tidy

_LATER = {408, 425, 429}


def signature(secret: str, body: bytes, at: int) -> str:
    """Return the value of the header for a body sent at this Unix time."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
    return f"t={at},v1={mac.hexdigest()}"


def call(mail: Mail, secret: str, at: datetime, timeout: float) -> None:
    """Make the call, signed as of this time; redirects are not followed, and what is said beside the status not read.

    Raises:
        PutOff: no answer, or one that may change (5xx, 408, 425, 429).
        RefusedMail: any other answer than 2xx.
    """
    body = mail.text.encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "ingest",
        "Idempotency-Key": mail.delivery_id,
        "X-Ingest-Signature": signature(secret, body, int(at.timestamp())),
    }
    (url,) = mail.recipients
    try:
        with httpx.stream("POST", url, content=body, headers=headers, timeout=timeout) as answer:
            status = answer.status_code
    except httpx.HTTPError as error:
        raise PutOff(f"no answer from the webhook: {shorten(tidy(str(error)), 200)}") from error
    except (httpx.InvalidURL, UnicodeError) as error:
        raise RefusedMail(f"not an address: {shorten(tidy(str(error)), 200)}") from error
    if 200 <= status < 300:
        return
    said = f"the webhook answered {status}"
    if status >= 500 or status in _LATER:
        raise PutOff(said)
    raise RefusedMail(said)
