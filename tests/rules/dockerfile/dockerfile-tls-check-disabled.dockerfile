FROM alpine:3.20
# ruleid: dockerfile-tls-check-disabled
RUN curl -fsSLk https://files.acme.test/tool.tar.gz -o /tmp/tool
# ruleid: dockerfile-tls-check-disabled
RUN curl --insecure https://files.acme.test/tool.tar.gz -o /tmp/tool
# ruleid: dockerfile-tls-check-disabled
RUN ["curl", "-k", "https://files.acme.test/tool.tar.gz"]
# ruleid: dockerfile-tls-check-disabled
RUN wget --no-check-certificate https://files.acme.test/tool.tar.gz
RUN apk add --no-cache git && \
    # the proxy
    # ruleid: dockerfile-tls-check-disabled
    pip install --no-cache-dir \
        --trusted-host packages.acme.test -r requirements.txt
# ruleid: dockerfile-tls-check-disabled
RUN pip config set global.trusted-host packages.acme.test
# ruleid: dockerfile-tls-check-disabled
RUN npm config set strict-ssl false && npm ci
# ruleid: dockerfile-tls-check-disabled
RUN yarn config set "strict-ssl" false
# ruleid: dockerfile-tls-check-disabled
RUN git config --global http.sslVerify false
# ruleid: dockerfile-tls-check-disabled
RUN git -c http.sslVerify=false clone https://git.acme.test/app.git
# ruleid: dockerfile-tls-check-disabled
RUN echo 'Acquire::https::Verify-Peer "false";' > /etc/apt/apt.conf.d/99proxy
# ruleid: dockerfile-tls-check-disabled
RUN echo "sslverify=0" >> /etc/yum.conf
# ok: dockerfile-tls-check-disabled
RUN curl -fsSL https://files.acme.test/tool.tar.gz -o /tmp/tool
# ok: dockerfile-tls-check-disabled
RUN curl -o kubectl https://files.acme.test/kubectl
# ok: dockerfile-tls-check-disabled
RUN curl -fsSL https://files.acme.test/a -H "X-Kind: k" -okernel
# ok: dockerfile-tls-check-disabled
RUN curl -k https://localhost:8443/health
# ok: dockerfile-tls-check-disabled
HEALTHCHECK CMD curl -fk https://app:8443/health || exit 1
# ok: dockerfile-tls-check-disabled
RUN curl -fsSL https://files.acme.test/a && tar -k -xf a
# ok: dockerfile-tls-check-disabled
RUN wget --ca-certificate=/etc/ssl/acme.pem https://files.acme.test/tool.tar.gz
# ok: dockerfile-tls-check-disabled
RUN pip install --cert /etc/ssl/acme.pem -r requirements.txt
# ok: dockerfile-tls-check-disabled
RUN npm config set strict-ssl true
# ok: dockerfile-tls-check-disabled
RUN npm config set cafile /etc/ssl/acme.pem
# ok: dockerfile-tls-check-disabled
RUN git config --global http.sslVerify true
# ok: dockerfile-tls-check-disabled
RUN git config --global http.sslCAInfo /etc/ssl/acme.pem
# ok: dockerfile-tls-check-disabled
# RUN curl -k https://files.acme.test/tool.tar.gz
# ok: dockerfile-tls-check-disabled
RUN echo "sslverify=1" >> /etc/yum.conf
# ok: dockerfile-tls-check-disabled
RUN pip install --trusted-host localhost -i https://localhost:3141/simple app
