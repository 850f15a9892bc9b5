# ok: dockerfile-no-user
FROM scratch
COPY app /app
