import ssl


def contexts(check):
    context = ssl.create_default_context()
    # ruleid: python-tls-context-unverified
    context.check_hostname = False
    # ruleid: python-tls-context-unverified
    context.verify_mode = ssl.CERT_NONE
    # ok: python-tls-context-unverified
    context.check_hostname = True
    # ok: python-tls-context-unverified
    context.check_hostname = check
    # ok: python-tls-context-unverified
    context.verify_mode = ssl.CERT_REQUIRED
    return context
