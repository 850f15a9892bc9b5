FROM node:22-slim
# ruleid: dockerfile-copied-env-file
COPY .env /app/.env
# ruleid: dockerfile-copied-env-file
COPY package.json .npmrc ./
# ruleid: dockerfile-copied-env-file
ADD .pypirc /srv/.pypirc
# ruleid: dockerfile-copied-env-file
COPY ./config/.env.production /app/.env
# ruleid: dockerfile-copied-env-file
COPY --chown=node:node secrets.yaml /app/
# ok: dockerfile-copied-env-file
COPY .env.example /app/.env
# ok: dockerfile-copied-env-file
COPY env /app/.env
# ok: dockerfile-copied-env-file
COPY .envrc /app/
# ok: dockerfile-copied-env-file
COPY --from=build /app/.npmrc /app/.npmrc
# ok: dockerfile-copied-env-file
COPY package.json package-lock.json ./
# ok: dockerfile-copied-env-file
COPY src/.env.d.ts /app/
# ok: dockerfile-copied-env-file
# COPY .env /app/.env
