FROM node:22-slim
# ok: dockerfile-user-root
USER node
RUN node --version
# ruleid: dockerfile-user-root
USER root
RUN npm install -g acme-cli
CMD ["acme-cli"]
