FROM debian:12-slim
# ruleid: dockerfile-setuid-interpreter
RUN chmod u+s /usr/bin/python3
# ruleid: dockerfile-setuid-interpreter
RUN chmod 4755 /bin/bash
# ruleid: dockerfile-setuid-interpreter
RUN chmod +s /usr/bin/find
# ruleid: dockerfile-setuid-interpreter
RUN setcap cap_setuid+ep /usr/bin/python3
# ruleid: dockerfile-setuid-interpreter
RUN apt-get update && setcap cap_dac_override,cap_net_raw+ep /usr/local/bin/app
# ok: dockerfile-setuid-interpreter
RUN setcap cap_net_bind_service=+ep /usr/local/bin/app
# ok: dockerfile-setuid-interpreter
RUN chmod 0755 /bin/bash
# ok: dockerfile-setuid-interpreter
RUN chmod u-s /usr/bin/find
# ok: dockerfile-setuid-interpreter
RUN chmod 4755 /usr/local/bin/helper
# ok: dockerfile-setuid-interpreter
RUN chmod u+x /usr/bin/python3
# ok: dockerfile-setuid-interpreter
# RUN chmod u+s /usr/bin/python3
# ok: dockerfile-setuid-interpreter
RUN chmod u+rwx,go+rx /bin/sh
