FROM debian:12-slim
# ruleid: dockerfile-package-signature-disabled
RUN apt-get update && apt-get install -y --allow-unauthenticated acme-agent
# ruleid: dockerfile-package-signature-disabled
RUN apt-get install -y \
      curl \
      --force-yes
# ruleid: dockerfile-package-signature-disabled
RUN echo "deb [trusted=yes] http://apt.acme.test stable main" > /etc/apt/sources.list.d/acme.list
# ruleid: dockerfile-package-signature-disabled
RUN echo 'APT::Get::AllowUnauthenticated "true";' > /etc/apt/apt.conf.d/99x
# ruleid: dockerfile-package-signature-disabled
RUN yum install -y --nogpgcheck acme-agent
# ruleid: dockerfile-package-signature-disabled
RUN dnf install -y --nogpgcheck https://rpm.acme.test/acme-agent.rpm
# ruleid: dockerfile-package-signature-disabled
RUN apk add --no-cache --allow-untrusted --repository http://apk.acme.test acme-agent
# ruleid: dockerfile-package-signature-disabled
RUN printf '[acme]\nbaseurl=http://rpm.acme.test\n' >> /etc/yum.repos.d/a.repo && echo gpgcheck=0 >> /etc/yum.repos.d/a.repo
# ok: dockerfile-package-signature-disabled
RUN apt-get update && apt-get install -y --no-install-recommends acme-agent
# ok: dockerfile-package-signature-disabled
RUN echo "deb [signed-by=/etc/apt/keyrings/acme.gpg] https://apt.acme.test stable main" > /etc/apt/sources.list.d/acme.list
# ok: dockerfile-package-signature-disabled
RUN echo "deb [trusted=yes] file:/packages ./" > /etc/apt/sources.list.d/local.list
# ok: dockerfile-package-signature-disabled
RUN yum install -y acme-agent
# ok: dockerfile-package-signature-disabled
RUN yum install -y --nogpgcheck /tmp/build/acme-agent.rpm
# ok: dockerfile-package-signature-disabled
RUN apk add --no-cache --allow-untrusted /tmp/acme-agent.apk
# ok: dockerfile-package-signature-disabled
RUN echo gpgcheck=1 >> /etc/yum.repos.d/a.repo
# ok: dockerfile-package-signature-disabled
# RUN apt-get install -y --force-yes acme-agent
# ok: dockerfile-package-signature-disabled
RUN dpkg -i --force-confdef acme.deb
