FROM debian:12-slim
# ruleid: dockerfile-exposed-ssh
EXPOSE 22
# ruleid: dockerfile-exposed-ssh
EXPOSE 22/tcp
# ruleid: dockerfile-exposed-ssh
EXPOSE 80 22
# ruleid: dockerfile-exposed-ssh
EXPOSE 22 80
# ok: dockerfile-exposed-ssh
EXPOSE 2222
# ok: dockerfile-exposed-ssh
EXPOSE 8022/tcp
# ok: dockerfile-exposed-ssh
EXPOSE 80 443
# ok: dockerfile-exposed-ssh
EXPOSE $PORT
# ok: dockerfile-exposed-ssh
# EXPOSE 22
