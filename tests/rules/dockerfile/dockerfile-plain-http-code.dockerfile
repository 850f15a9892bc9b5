FROM python:3.12-slim
# ruleid: dockerfile-plain-http-code
RUN pip install --index-url http://packages.acme.test/simple acme-core
# ruleid: dockerfile-plain-http-code
RUN pip3 install -i http://packages.acme.test/simple acme-core
# ruleid: dockerfile-plain-http-code
RUN python -m pip install http://files.acme.test/acme-1.0.tar.gz
# ruleid: dockerfile-plain-http-code
RUN curl -s http://get.acme.test/install.sh | sh
# ruleid: dockerfile-plain-http-code
RUN npm config set registry http://npm.acme.test/ && npm ci
# ruleid: dockerfile-plain-http-code
RUN npm ci --registry=http://npm.acme.test/
# ruleid: dockerfile-plain-http-code
RUN gem install acme --source http://gems.acme.test
# ruleid: dockerfile-plain-http-code
RUN yum install -y http://rpm.acme.test/acme-1.0.rpm
# ruleid: dockerfile-plain-http-code
ENV PIP_INDEX_URL=http://packages.acme.test/simple
# ruleid: dockerfile-plain-http-code
ENV GOPROXY=http://go.acme.test
# ruleid: dockerfile-plain-http-code
RUN curl -s http://apt.acme.test/key.asc | apt-key add -
# ruleid: dockerfile-plain-http-code
RUN bash -c "$(curl -s http://get.acme.test/install.sh)"
# ok: dockerfile-plain-http-code
RUN pip install --index-url https://packages.acme.test/simple acme-core
# ok: dockerfile-plain-http-code
RUN pip install -i http://localhost:3141/simple acme-core
# ok: dockerfile-plain-http-code
RUN npm config set registry https://npm.acme.test/ && npm ci
# ok: dockerfile-plain-http-code
RUN npm config set proxy http://proxy.acme.test:3128
# ok: dockerfile-plain-http-code
RUN gem install acme --source https://gems.acme.test
# ok: dockerfile-plain-http-code
RUN echo "deb http://deb.acme.test stable main" > /etc/apt/sources.list
# ok: dockerfile-plain-http-code
RUN apk add --repository http://apk.acme.test/edge acme
# ok: dockerfile-plain-http-code
RUN yum install -y https://rpm.acme.test/acme-1.0.rpm
# ok: dockerfile-plain-http-code
ENV HTTP_PROXY=http://proxy.acme.test:3128
# ok: dockerfile-plain-http-code
ENV GOPROXY=https://go.acme.test
# ok: dockerfile-plain-http-code
RUN curl -s http://api.acme.test/state | jq .
# ok: dockerfile-plain-http-code
# RUN pip install -i http://packages.acme.test/simple acme-core
# ok: dockerfile-plain-http-code
RUN pip install --proxy=$PROXY acme && curl http://api.acme.test/done
