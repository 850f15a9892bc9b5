FROM python:3.12-slim
# ruleid: dockerfile-secret-in-environment
ENV DB_PASSWORD=k7Hq2mZx
# ruleid: dockerfile-secret-in-environment
ENV SECRET_KEY "django-insecure-9aa81"
# ruleid: dockerfile-secret-in-environment
ENV APP_PORT=8000 \
    API_KEY=9f86d081884c7d65 \
    APP_DEBUG=0
# ruleid: dockerfile-secret-in-environment
ARG GITHUB_TOKEN=ghx_9aa81bc01
# ruleid: dockerfile-secret-in-environment
ENV AWS_SECRET_ACCESS_KEY=Kd82hsPPq+kd93
# ruleid: dockerfile-secret-in-environment
ENV DATABASE_URL=postgres://app:s3cr3tpw@db.internal:5432/app
# ruleid: dockerfile-secret-in-environment
env MYSQL_ROOT_PASSWORD root1234
# ok: dockerfile-secret-in-environment
ENV DB_PASSWORD_FILE=/run/secrets/db_password
# ok: dockerfile-secret-in-environment
ENV DB_PASSWORD=
# ok: dockerfile-secret-in-environment
ENV DB_PASSWORD=""
# ok: dockerfile-secret-in-environment
ENV DB_PASSWORD=${DB_PASSWORD}
# ok: dockerfile-secret-in-environment
ENV SECRET_KEY=dummy-for-collectstatic
# ok: dockerfile-secret-in-environment
ENV SECRET_KEY_PATH=/etc/app/key
# ok: dockerfile-secret-in-environment
ENV REQUIRE_TOKEN=true
# ok: dockerfile-secret-in-environment
ARG API_KEY=your-key-here
# ok: dockerfile-secret-in-environment
ENV TOKENIZERS_PARALLELISM=false
# ok: dockerfile-secret-in-environment
ENV DATABASE_URL=postgres://app@db.internal:5432/app
# ok: dockerfile-secret-in-environment
ENV AUTH_TOKEN=/run/secrets/token
# ok: dockerfile-secret-in-environment
LABEL DB_PASSWORD=k7Hq2mZx
# ok: dockerfile-secret-in-environment
# ENV DB_PASSWORD=k7Hq2mZx
# ok: dockerfile-secret-in-environment
ENV PASSWORD_MIN_LENGTH=12
