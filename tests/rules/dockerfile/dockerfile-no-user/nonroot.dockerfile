# ok: dockerfile-no-user
FROM gcr.io/distroless/static:nonroot
COPY app /app
CMD ["/app"]
