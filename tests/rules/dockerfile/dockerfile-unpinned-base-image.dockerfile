# ruleid: dockerfile-unpinned-base-image
FROM node:latest
# ruleid: dockerfile-unpinned-base-image
FROM python
# ruleid: dockerfile-unpinned-base-image
FROM --platform=linux/amd64 nginx AS web
# ruleid: dockerfile-unpinned-base-image
FROM ghcr.io/acme/base
# ruleid: dockerfile-unpinned-base-image
FROM localhost:5000/acme/base:latest
# ruleid: dockerfile-unpinned-base-image
from ubuntu as first
# ok: dockerfile-unpinned-base-image
FROM node:22.12.0-slim
# ok: dockerfile-unpinned-base-image
FROM scratch
# ok: dockerfile-unpinned-base-image
FROM first
# ok: dockerfile-unpinned-base-image
FROM python@sha256:a4b757cd491c7f0b57f57951f35f4e85b7e1ad54dbffca4cf9af0725e1650cd8
# ok: dockerfile-unpinned-base-image
FROM ghcr.io/acme/base:1.2
# ok: dockerfile-unpinned-base-image
FROM localhost:5000/acme/base:1.2
# ok: dockerfile-unpinned-base-image
FROM $BASE
# ok: dockerfile-unpinned-base-image
FROM ghcr.io/acme/${NAME}
# ok: dockerfile-unpinned-base-image
FROM node:latest-slim
# ok: dockerfile-unpinned-base-image
# FROM node:latest
# ok: dockerfile-unpinned-base-image
FROM ghcr.io/acme/base:1@sha256:a4b757cd491c7f0b57f57951f35f4e85b7e1ad54dbffca4cf9af0725e1650cd8
