from cryptography.hazmat.primitives.ciphers import modes

# ruleid: python-weak-cipher
MODES = {"wrap": modes.ECB}
# ok: python-weak-cipher
OTHER = {"wrap": modes.GCM}
