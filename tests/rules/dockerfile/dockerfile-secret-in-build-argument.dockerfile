FROM node:22-slim
# ruleid: dockerfile-secret-in-build-argument
ARG NPM_TOKEN
# ruleid: dockerfile-secret-in-build-argument
ARG DB_PASSWORD=
# ruleid: dockerfile-secret-in-build-argument
ARG API_KEY=""
# ruleid: dockerfile-secret-in-build-argument
ENV NPM_TOKEN=$NPM_TOKEN
# ruleid: dockerfile-secret-in-build-argument
ENV NODE_ENV=production \
    SECRET_KEY=${SECRET_KEY}
# ruleid: dockerfile-secret-in-build-argument
ENV DB_PASSWORD ${DB_PASSWORD}
# ok: dockerfile-secret-in-build-argument
ARG NODE_VERSION
# ok: dockerfile-secret-in-build-argument
ARG TOKENIZER
# ok: dockerfile-secret-in-build-argument
ARG NPM_TOKEN_FILE
# ok: dockerfile-secret-in-build-argument
ENV DB_PASSWORD_FILE=$SECRETS/db
# ok: dockerfile-secret-in-build-argument
ENV PATH=$PATH:/opt/bin
# ok: dockerfile-secret-in-build-argument
RUN --mount=type=secret,id=npm_token,env=NPM_TOKEN npm ci
# ok: dockerfile-secret-in-build-argument
# ARG NPM_TOKEN
# ok: dockerfile-secret-in-build-argument
RUN echo ARG NPM_TOKEN
