"""What is wrong with the certificate of a server that we talk to, as a reason code."""

from __future__ import annotations

import ssl

# X509_V_ERR_… of OpenSSL; the rest is `tls`.
_REASONS = {9: "tls_not_yet", 10: "tls_expired", 62: "tls_name", 64: "tls_name"}


def tls_reason(fault: BaseException) -> str:
    """The code for a handshake that failed, '' where the fault is another."""
    cause = getattr(fault, "reason", fault)  # urllib wraps what the socket said
    found = next((one for one in (cause, fault) if isinstance(one, ssl.SSLError)), None)
    if isinstance(found, ssl.SSLCertVerificationError):
        return _REASONS.get(found.verify_code, "tls")
    return "tls" if found is not None else ""
