FROM node:22-slim
# ruleid: dockerfile-user-root
USER 0:0
CMD ["acme-cli"]
