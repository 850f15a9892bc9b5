FROM python:3.12-slim
# ruleid: dockerfile-credentials-in-url
RUN pip install --index-url https://ci:Xk29fjq0@packages.acme.test/simple acme-core
RUN apt-get update && \
    # ruleid: dockerfile-credentials-in-url
    git clone https://deploy:91jdKqTT@git.acme.test/core/app.git && \
    rm -rf app/.git
# ruleid: dockerfile-credentials-in-url
ADD https://mirror:S8sjd92x@files.acme.test/a.tar.gz /opt/
# ruleid: dockerfile-credentials-in-url
ENV PIP_EXTRA_INDEX_URL=https://reader:Lk29dkq1@packages.acme.test/simple
# ruleid: dockerfile-credentials-in-url
RUN wget -q ftp://backup:Qe82jdnE@files.acme.test/a.tar
# ok: dockerfile-credentials-in-url
RUN pip install --index-url https://packages.acme.test/simple acme-core
# ok: dockerfile-credentials-in-url
RUN git clone https://deploy:${TOKEN}@git.acme.test/core/app.git
# ok: dockerfile-credentials-in-url
RUN git clone https://x-access-token:$TOKEN@git.acme.test/core/app.git
# ok: dockerfile-credentials-in-url
RUN git clone git@git.acme.test:core/app.git
# ok: dockerfile-credentials-in-url
RUN git clone ssh://git@git.acme.test:2222/core/app.git
# ok: dockerfile-credentials-in-url
RUN curl http://admin:admin@localhost:8080/health
# ok: dockerfile-credentials-in-url
ENV PIP_INDEX_URL=https://user:password@packages.acme.test/simple
# ok: dockerfile-credentials-in-url
# RUN git clone https://deploy:91jdKqTT@git.acme.test/core/app.git
# ok: dockerfile-credentials-in-url
RUN curl https://files.acme.test:8443/a@1.2.3.tar.gz
