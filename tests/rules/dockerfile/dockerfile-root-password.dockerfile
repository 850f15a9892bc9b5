FROM debian:12-slim
# ruleid: dockerfile-root-password
RUN echo "root:toor" | chpasswd
# ruleid: dockerfile-root-password
RUN useradd app && echo 'root:Docker!' | chpasswd
RUN apt-get update \
 # ruleid: dockerfile-root-password
 && echo root:screencast | chpasswd \
 && mkdir /var/run/sshd
# ruleid: dockerfile-root-password
RUN chpasswd <<< "root:toor"
# ruleid: dockerfile-root-password
RUN passwd -d root
# ruleid: dockerfile-root-password
RUN echo "toor" | passwd --stdin root
# ruleid: dockerfile-root-password
RUN usermod -p "a1b2" root
# ok: dockerfile-root-password
RUN passwd -l root
# ok: dockerfile-root-password
RUN echo "root:$ROOT_PASSWORD" | chpasswd
# ok: dockerfile-root-password
RUN echo "root:$(openssl rand -base64 24)" | chpasswd
# ok: dockerfile-root-password
RUN echo "root:*" | chpasswd -e
# ok: dockerfile-root-password
RUN usermod -p '!' root
# ok: dockerfile-root-password
RUN usermod -aG root app
# ok: dockerfile-root-password
RUN chown root:root /etc/app && echo done
# ok: dockerfile-root-password
RUN --mount=type=secret,id=pw chpasswd < /run/secrets/pw
# ok: dockerfile-root-password
RUN passwd -d app
