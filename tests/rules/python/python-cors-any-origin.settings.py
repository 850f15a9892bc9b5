INSTALLED_APPS = ["corsheaders", "shop"]
CORS_ALLOW_CREDENTIALS = True
# ruleid: python-cors-any-origin
CORS_ALLOW_ALL_ORIGINS = True
# ruleid: python-cors-any-origin
CORS_ORIGIN_ALLOW_ALL = True
# ruleid: python-cors-any-origin
CORS_ALLOWED_ORIGIN_REGEXES = [r"^https://.*\.shop\.example$", r".*"]
# ok: python-cors-any-origin
CORS_ALLOW_ALL_ORIGINS = False
# ok: python-cors-any-origin
CORS_ALLOWED_ORIGINS = ["https://shop.example"]
# ok: python-cors-any-origin
CORS_ALLOWED_ORIGIN_REGEXES = [r"^https://\w+\.shop\.example$"]
