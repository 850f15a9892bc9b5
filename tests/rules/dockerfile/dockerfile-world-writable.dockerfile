FROM debian:12-slim
# ruleid: dockerfile-world-writable
RUN chmod 777 /app
# ruleid: dockerfile-world-writable
RUN chmod -R 0777 /var/www
# ruleid: dockerfile-world-writable
RUN mkdir /data && chmod 666 /data/file
# ruleid: dockerfile-world-writable
RUN chmod a+rwx /app
# ruleid: dockerfile-world-writable
RUN chmod -R o+w /app
RUN apt-get update \
 # ruleid: dockerfile-world-writable
 && chmod -R ugo+rwx /app
# ruleid: dockerfile-world-writable
COPY --chmod=777 app /app
# ruleid: dockerfile-world-writable
RUN install -d -m 0777 /data
# ruleid: dockerfile-world-writable
RUN chmod +w,o+w /app
# ok: dockerfile-world-writable
RUN chmod 755 /app
# ok: dockerfile-world-writable
RUN chmod 1777 /tmp
# ok: dockerfile-world-writable
RUN chmod a+rwxt /tmp
# ok: dockerfile-world-writable
RUN chmod +x /app/run
# ok: dockerfile-world-writable
RUN chmod a+x,u+w /app/run
# ok: dockerfile-world-writable
RUN chmod -R g+w /app
# ok: dockerfile-world-writable
RUN chmod u+rwx,go+rx /app
# ok: dockerfile-world-writable
RUN chmod o-w /app
# ok: dockerfile-world-writable
COPY --chmod=755 app /app
# ok: dockerfile-world-writable
RUN install -d -m 0755 /data
# ok: dockerfile-world-writable
# RUN chmod 777 /app
# ok: dockerfile-world-writable
RUN umask 777; chmod 640 /etc/app.conf
# ok: dockerfile-world-writable
RUN chmod 4755 /usr/local/bin/helper
# ok: dockerfile-world-writable
RUN chmod 775 /data
