FROM debian:12-slim
RUN apt-get update && apt-get install -y gosu
# ok: dockerfile-user-root
USER root
ENTRYPOINT ["/entrypoint.sh"]
