import jwt


def options(relaxed):
    chosen = {"verify_aud": True}
    # ruleid: python-unverified-jwt
    chosen["verify_signature"] = False
    # ok: python-unverified-jwt
    chosen["verify_exp"] = relaxed
    return chosen


def read(token, key):
    # ok: python-unverified-jwt
    return jwt.decode(token, key, algorithms=["HS256"], options=options(False))
