FROM postgres:17
# ruleid: dockerfile-server-without-authentication
ENV POSTGRES_HOST_AUTH_METHOD=trust
# ruleid: dockerfile-server-without-authentication
ENV POSTGRES_DB=app POSTGRES_HOST_AUTH_METHOD="trust"
# ruleid: dockerfile-server-without-authentication
ENV MYSQL_ALLOW_EMPTY_PASSWORD yes
# ruleid: dockerfile-server-without-authentication
ENV ALLOW_EMPTY_PASSWORD=yes
# ruleid: dockerfile-server-without-authentication
ENV xpack.security.enabled=false
# ruleid: dockerfile-server-without-authentication
CMD ["redis-server", "--protected-mode", "no"]
# ruleid: dockerfile-server-without-authentication
CMD dockerd -H tcp://0.0.0.0:2375
# ok: dockerfile-server-without-authentication
ENV POSTGRES_HOST_AUTH_METHOD=scram-sha-256
# ok: dockerfile-server-without-authentication
ENV MYSQL_ALLOW_EMPTY_PASSWORD=no
# ok: dockerfile-server-without-authentication
ENV MYSQL_RANDOM_ROOT_PASSWORD=yes
# ok: dockerfile-server-without-authentication
ENV ALLOW_EMPTY_PASSWORD=no
# ok: dockerfile-server-without-authentication
ENV xpack.security.enabled=true
# ok: dockerfile-server-without-authentication
CMD ["redis-server", "--protected-mode", "yes"]
# ok: dockerfile-server-without-authentication
CMD dockerd -H unix:///var/run/docker.sock
# ok: dockerfile-server-without-authentication
CMD dockerd -H tcp://0.0.0.0:2376 --tlsverify
# ok: dockerfile-server-without-authentication
# ENV POSTGRES_HOST_AUTH_METHOD=trust
