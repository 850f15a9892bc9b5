FROM node:22-slim
# ruleid: dockerfile-environment-disables-tls-check
ENV NODE_TLS_REJECT_UNAUTHORIZED=0
# ruleid: dockerfile-environment-disables-tls-check
ENV NODE_TLS_REJECT_UNAUTHORIZED 0
# ruleid: dockerfile-environment-disables-tls-check
ENV PYTHONUNBUFFERED=1 PYTHONHTTPSVERIFY=0
# ruleid: dockerfile-environment-disables-tls-check
ENV GIT_SSL_NO_VERIFY=true
# ruleid: dockerfile-environment-disables-tls-check
RUN export NODE_TLS_REJECT_UNAUTHORIZED="0" && npm ci
# ruleid: dockerfile-environment-disables-tls-check
ENV NPM_CONFIG_STRICT_SSL=false
# ruleid: dockerfile-environment-disables-tls-check
ENV PIP_TRUSTED_HOST=packages.acme.test
# ok: dockerfile-environment-disables-tls-check
ENV NODE_TLS_REJECT_UNAUTHORIZED=1
# ok: dockerfile-environment-disables-tls-check
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/acme.pem
# ok: dockerfile-environment-disables-tls-check
ENV PYTHONHTTPSVERIFY=1
# ok: dockerfile-environment-disables-tls-check
ENV GIT_SSL_NO_VERIFY=false
# ok: dockerfile-environment-disables-tls-check
ENV NPM_CONFIG_STRICT_SSL=true
# ok: dockerfile-environment-disables-tls-check
ENV PIP_TRUSTED_HOST=localhost
# ok: dockerfile-environment-disables-tls-check
ENV PIP_CERT=/etc/ssl/acme.pem
# ok: dockerfile-environment-disables-tls-check
# ENV NODE_TLS_REJECT_UNAUTHORIZED=0
