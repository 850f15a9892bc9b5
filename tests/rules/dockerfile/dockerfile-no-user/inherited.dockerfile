# ok: dockerfile-no-user
FROM python:3.12-slim AS base
USER 10001
# ok: dockerfile-no-user
FROM base
COPY app /app
CMD ["python", "/app/main.py"]
