FROM debian:12-slim
# ok: dockerfile-user-root
USER rooted
CMD ["/app"]
