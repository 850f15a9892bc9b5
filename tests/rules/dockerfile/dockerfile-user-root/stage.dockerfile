FROM node:22-slim AS build
# ok: dockerfile-user-root
USER root
RUN npm install -g acme-cli
FROM node:22-slim
COPY --from=build /usr/local /usr/local
