FROM alpine:3.20
# ruleid: dockerfile-ssh-host-key-unchecked
RUN GIT_SSH_COMMAND="ssh -o StrictHostKeyChecking=no" git clone git@git.acme.test:core/app.git
# ruleid: dockerfile-ssh-host-key-unchecked
RUN mkdir -p ~/.ssh && echo "StrictHostKeyChecking no" > ~/.ssh/config
# ruleid: dockerfile-ssh-host-key-unchecked
RUN printf "Host *\n  UserKnownHostsFile /dev/null\n" > /etc/ssh/ssh_config
# ruleid: dockerfile-ssh-host-key-unchecked
ENV ANSIBLE_HOST_KEY_CHECKING=False
# ok: dockerfile-ssh-host-key-unchecked
RUN GIT_SSH_COMMAND="ssh -o StrictHostKeyChecking=yes" git clone git@git.acme.test:core/app.git
# ok: dockerfile-ssh-host-key-unchecked
RUN echo "StrictHostKeyChecking accept-new" > ~/.ssh/config
# ok: dockerfile-ssh-host-key-unchecked
COPY known_hosts /etc/ssh/ssh_known_hosts
# ok: dockerfile-ssh-host-key-unchecked
ENV ANSIBLE_HOST_KEY_CHECKING=True
# ok: dockerfile-ssh-host-key-unchecked
# RUN ssh -o StrictHostKeyChecking=no git@git.acme.test
