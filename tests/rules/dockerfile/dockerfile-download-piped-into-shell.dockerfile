FROM debian:12-slim
# ruleid: dockerfile-download-piped-into-shell
RUN curl -fsSL https://get.acme.test/install.sh | sh
# ruleid: dockerfile-download-piped-into-shell
RUN curl -sSL https://get.acme.test/setup_22.x | sudo -E bash -
# ruleid: dockerfile-download-piped-into-shell
RUN wget -qO- https://get.acme.test/install.sh | bash -s -- --yes
RUN apt-get update && \
    # ruleid: dockerfile-download-piped-into-shell
    curl -sSL \
        https://get.acme.test/install.py | python3 - && \
    rm -rf /tmp/*
# ruleid: dockerfile-download-piped-into-shell
RUN bash <(curl -s https://get.acme.test/install.sh)
# ruleid: dockerfile-download-piped-into-shell
RUN sh -c "$(curl -fsSL https://get.acme.test/install.sh)"
# ruleid: dockerfile-download-piped-into-shell
RUN eval "$(wget -qO- https://get.acme.test/env.sh)"
# ruleid: dockerfile-download-piped-into-shell
RUN curl https://get.acme.test/i.sh | ACME_VERSION=1.2 sh
# ruleid: dockerfile-download-piped-into-shell
RUN ["/bin/bash", "-c", "curl https://get.acme.test/i.sh | bash"]
RUN <<EOF
set -e
# ruleid: dockerfile-download-piped-into-shell
curl -fsSL https://get.acme.test/install.sh | sh
EOF
# ok: dockerfile-download-piped-into-shell
RUN curl -fsSL https://get.acme.test/key.asc | gpg --dearmor -o /etc/apt/keyrings/acme.gpg
# ok: dockerfile-download-piped-into-shell
RUN curl -fsSL https://files.acme.test/tool.tar.gz | tar -xz -C /opt
# ok: dockerfile-download-piped-into-shell
RUN curl -fsSL https://files.acme.test/install.sh -o i.sh && echo "24454f83  i.sh" | sha256sum -c && sh i.sh
# ok: dockerfile-download-piped-into-shell
RUN curl -s https://api.acme.test/version | jq -r .tag > /tmp/version
# ok: dockerfile-download-piped-into-shell
RUN curl -s https://api.acme.test/version | python3 -c 'import json, sys; print(json.load(sys.stdin)["tag"])'
# ok: dockerfile-download-piped-into-shell
RUN curl -s https://api.acme.test/list | grep sh
# ok: dockerfile-download-piped-into-shell
RUN curl https://files.acme.test/list; echo "ls" | sh
# ok: dockerfile-download-piped-into-shell
RUN cat install.sh | sh
# ok: dockerfile-download-piped-into-shell
# RUN curl -fsSL https://get.acme.test/install.sh | sh
# ok: dockerfile-download-piped-into-shell
LABEL usage="curl https://get.acme.test | sh"
# ok: dockerfile-download-piped-into-shell
RUN curl -fsSL http://get.acme.test/install.sh | tee /tmp/a
# ok: dockerfile-download-piped-into-shell
RUN sh -c "curl -fsSL https://files.acme.test/a -o /tmp/a"
