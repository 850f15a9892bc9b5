import jwt
from jose import jwt as jose_jwt

OPTIONS = {"verify_signature": True}


def claims(token, key):
    # ruleid: python-unverified-jwt
    first = jwt.decode(token, options={"verify_signature": False})
    options = {"verify_signature": False, "verify_exp": True}
    # ruleid: python-unverified-jwt
    second = jwt.decode(token, key, options=options)
    # ruleid: python-unverified-jwt
    third = jwt.decode(token, key, algorithms=["HS256", "none"])
    # ruleid: python-unverified-jwt
    fourth = jose_jwt.get_unverified_claims(token)
    # ruleid: python-unverified-jwt
    fifth = jwt.encode({"sub": "ada"}, None, algorithm="none")
    # ok: python-unverified-jwt
    sixth = jwt.decode(token, key, algorithms=["RS256"])
    # ok: python-unverified-jwt
    seventh = jwt.decode(token, key, algorithms=["RS256"], options=OPTIONS)
    # ok: python-unverified-jwt
    eighth = jwt.get_unverified_header(token)
    # ok: python-unverified-jwt
    ninth = jwt.encode({"sub": "ada"}, key, algorithm="HS256")
    # ok: python-unverified-jwt
    tenth = jwt.decode(token, key, algorithms=["RS256"], options={"verify_aud": False})
    return first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth


def in_order(token, key):
    import jwt

    # ruleid: python-unverified-jwt
    first = jwt.decode(token, key, ["none"])
    # ok: python-unverified-jwt
    return first, jwt.decode(token, key, ["HS256"])
