FROM alpine:3.20
# ruleid: dockerfile-password-in-run
RUN curl -fsS -u deploy:Wq81kdLs https://files.acme.test/app.tar.gz -o app.tar.gz
# ruleid: dockerfile-password-in-run
RUN curl --user "deploy:Wq81kdLs" https://files.acme.test/app.tar.gz -o app.tar.gz
# ruleid: dockerfile-password-in-run
RUN sshpass -p Wq81kdLs scp deploy@files.acme.test:app.tar.gz .
# ruleid: dockerfile-password-in-run
RUN apk add wget && wget --user deploy --password=Wq81kdLs https://files.acme.test/app.tar.gz
# ruleid: dockerfile-password-in-run
RUN docker login -u deploy -p Wq81kdLs hub.acme.test
# ruleid: dockerfile-password-in-run
RUN PGPASSWORD=Wq81kdLs psql -h db.acme.test -c 'select 1'
# ruleid: dockerfile-password-in-run
RUN useradd app && echo "app:Wq81kdLs" | chpasswd
# ok: dockerfile-password-in-run
RUN curl -fsS -u "deploy:$PASSWORD" https://files.acme.test/app.tar.gz -o app.tar.gz
# ok: dockerfile-password-in-run
RUN curl -fsS -u deploy: https://files.acme.test/app.tar.gz -o app.tar.gz
# ok: dockerfile-password-in-run
RUN curl -u admin:admin123 http://localhost:9200/_cluster/health
# ok: dockerfile-password-in-run
RUN sshpass -p "$PASSWORD" scp deploy@files.acme.test:app.tar.gz .
# ok: dockerfile-password-in-run
RUN sshpass -f /run/secrets/pw scp deploy@files.acme.test:app.tar.gz .
# ok: dockerfile-password-in-run
RUN docker login -u deploy --password-stdin hub.acme.test < /run/secrets/pw
# ok: dockerfile-password-in-run
RUN mkdir -p /app && docker login hub.acme.test
# ok: dockerfile-password-in-run
RUN PGPASSWORD=$(cat /run/secrets/pw) psql -h db.acme.test -c 'select 1'
# ok: dockerfile-password-in-run
RUN echo "app:$PASSWORD" | chpasswd
# ok: dockerfile-password-in-run
RUN docker run -u 1000:1000 image
