from Crypto.PublicKey import RSA
from cryptography.hazmat.primitives.asymmetric import dsa, ed25519, rsa

BITS = 1024


def keys(bits):
    # ruleid: python-short-key
    first = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    # ruleid: python-short-key
    second = rsa.generate_private_key(65537, BITS)
    # ruleid: python-short-key
    third = RSA.generate(512)
    # ruleid: python-short-key
    fourth = dsa.generate_private_key(key_size=1024)
    # ok: python-short-key
    fifth = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    # ok: python-short-key
    sixth = rsa.generate_private_key(65537, 2048)
    # ok: python-short-key
    seventh = RSA.generate(4096)
    # ok: python-short-key
    eighth = ed25519.Ed25519PrivateKey.generate()
    # ok: python-short-key
    ninth = RSA.generate(bits)
    return first, second, third, fourth, fifth, sixth, seventh, eighth, ninth


def named(rsa):
    import rsa
    from Crypto.PublicKey import RSA

    # ruleid: python-short-key
    first = RSA.generate(bits=1024)
    # ruleid: python-short-key
    second = rsa.newkeys(nbits=512)
    # ok: python-short-key
    third = RSA.generate(bits=3072)
    # ok: python-short-key
    fourth = rsa.newkeys(nbits=4096)
    return first, second, third, fourth
