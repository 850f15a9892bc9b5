FROM debian:12-slim
# ruleid: dockerfile-weak-ssh-server
RUN echo "PermitRootLogin yes" >> /etc/ssh/sshd_config
# ruleid: dockerfile-weak-ssh-server
RUN sed -i 's/#\?PermitRootLogin prohibit-password/PermitRootLogin yes/' /etc/ssh/sshd_config
# ruleid: dockerfile-weak-ssh-server
RUN echo "PermitEmptyPasswords yes" >> /etc/ssh/sshd_config
# ok: dockerfile-weak-ssh-server
RUN echo "PermitRootLogin no" >> /etc/ssh/sshd_config
# ok: dockerfile-weak-ssh-server
RUN echo "PermitRootLogin prohibit-password" >> /etc/ssh/sshd_config
# ok: dockerfile-weak-ssh-server
RUN sed -i 's/PermitRootLogin yes/PermitRootLogin no/' /etc/ssh/sshd_config
# ok: dockerfile-weak-ssh-server
# RUN echo "PermitRootLogin yes" >> /etc/ssh/sshd_config
