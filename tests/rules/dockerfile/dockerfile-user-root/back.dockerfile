FROM node:22-slim
# ok: dockerfile-user-root
USER root
RUN npm install -g acme-cli
# ok: dockerfile-user-root
USER node
CMD ["acme-cli"]
