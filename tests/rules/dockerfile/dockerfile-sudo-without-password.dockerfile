FROM debian:12-slim
# ruleid: dockerfile-sudo-without-password
RUN echo "app ALL=(ALL) NOPASSWD:ALL" >> /etc/sudoers
# ruleid: dockerfile-sudo-without-password
RUN echo '%sudo ALL=(ALL:ALL) NOPASSWD: ALL' > /etc/sudoers.d/app
RUN useradd app && \
    # ruleid: dockerfile-sudo-without-password
    echo "app ALL=NOPASSWD: ALL" >> /etc/sudoers
# ok: dockerfile-sudo-without-password
RUN echo "app ALL=(root) NOPASSWD: /usr/sbin/nginx -s reload" > /etc/sudoers.d/app
# ok: dockerfile-sudo-without-password
RUN echo "app ALL=(ALL) ALL" > /etc/sudoers.d/app
# ok: dockerfile-sudo-without-password
RUN useradd app && install -d -o app /var/lib/app
# ok: dockerfile-sudo-without-password
# RUN echo "app ALL=(ALL) NOPASSWD:ALL" >> /etc/sudoers
