FROM alpine:3.20
# ruleid: dockerfile-copied-private-key
COPY id_rsa /srv/.ssh/id_rsa
# ruleid: dockerfile-copied-private-key
COPY ./keys/id_ed25519 /srv/.ssh/
# ruleid: dockerfile-copied-private-key
ADD .ssh /srv/.ssh
# ruleid: dockerfile-copied-private-key
COPY --chown=app:app .git-credentials /srv/.git-credentials
# ruleid: dockerfile-copied-private-key
COPY ["tls/server.key", "/etc/ssl/server.key"]
# ruleid: dockerfile-copied-private-key
COPY .aws/credentials /srv/.aws/credentials
# ruleid: dockerfile-copied-private-key
COPY conf/nginx.conf \
     conf/private.pem /etc/nginx/
# ruleid: dockerfile-copied-private-key
COPY keystore.p12 /app/
# ok: dockerfile-copied-private-key
COPY id_rsa.pub /srv/.ssh/authorized_keys
# ok: dockerfile-copied-private-key
COPY --from=build /srv/.ssh/id_rsa /tmp/
# ok: dockerfile-copied-private-key
COPY known_hosts /srv/.ssh/
# ok: dockerfile-copied-private-key
COPY config /srv/.ssh
# ok: dockerfile-copied-private-key
COPY acme-ca.pem /etc/ssl/acme-ca.pem
# ok: dockerfile-copied-private-key
COPY server.key.example /etc/ssl/
# ok: dockerfile-copied-private-key
COPY nodesource.key /etc/apt/keyrings/
# ok: dockerfile-copied-private-key
COPY src/private/index.js /app/private/
# ok: dockerfile-copied-private-key
COPY app.keystore.md /docs/
# ok: dockerfile-copied-private-key
# COPY id_rsa /srv/.ssh/id_rsa
