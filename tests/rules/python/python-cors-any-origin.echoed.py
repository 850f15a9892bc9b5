ALLOWED = {"https://shop.example"}


async def echoed(request, handler):
    answer = await handler(request)
    origin = request.headers.get("Origin")
    if origin:
        # ruleid: python-cors-any-origin
        answer.headers["Access-Control-Allow-Origin"] = origin
        answer.headers["Access-Control-Allow-Credentials"] = "true"
    return answer


async def listed(request, handler):
    answer = await handler(request)
    origin = request.headers.get("Origin")
    if origin in ALLOWED:
        # ok: python-cors-any-origin
        answer.headers["Access-Control-Allow-Origin"] = origin
        answer.headers["Access-Control-Allow-Credentials"] = "true"
    return answer


def headers_of(headers):
    # ruleid: python-cors-any-origin
    return {"Access-Control-Allow-Origin": headers.get("origin", ""), "Access-Control-Allow-Credentials": "true"}


def fixed_headers():
    # ok: python-cors-any-origin
    return {"Access-Control-Allow-Origin": "https://shop.example", "Access-Control-Allow-Credentials": "true"}
