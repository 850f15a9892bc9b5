FROM debian:12-slim
# ruleid: dockerfile-remote-add-without-checksum
ADD https://files.acme.test/tool-1.4.2 /usr/local/bin/tool
# ruleid: dockerfile-remote-add-without-checksum
ADD --chmod=755 https://files.acme.test/tool-1.4.2 /usr/local/bin/tool
# ruleid: dockerfile-remote-add-without-checksum
ADD ["https://files.acme.test/a.tar.gz", "/opt/"]
# ruleid: dockerfile-remote-add-without-checksum
add http://files.acme.test/a.tar.gz /opt/
# ruleid: dockerfile-remote-add-without-checksum
ADD --chown=app:app \
    https://files.acme.test/a.tar.gz /opt/
# ok: dockerfile-remote-add-without-checksum
ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43 https://files.acme.test/a.tar.gz /opt/
# ok: dockerfile-remote-add-without-checksum
ADD --chown=app:app --checksum=sha256:24454f830cdb571e2c4ad15481119c43 \
    https://files.acme.test/a.tar.gz /opt/
# ok: dockerfile-remote-add-without-checksum
ADD https://git.acme.test/core/app.git#v1.2.3 /src
# ok: dockerfile-remote-add-without-checksum
ADD files/a.tar.gz /opt/
# ok: dockerfile-remote-add-without-checksum
COPY files/https /opt/
# ok: dockerfile-remote-add-without-checksum
# ADD https://files.acme.test/a.tar.gz /opt/
# ok: dockerfile-remote-add-without-checksum
RUN echo "ADD https://files.acme.test/a.tar.gz"
