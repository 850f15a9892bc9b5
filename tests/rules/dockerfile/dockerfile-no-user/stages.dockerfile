# ok: dockerfile-no-user
FROM golang:1.23 AS build
USER 1000
RUN go build -o /app
# ruleid: dockerfile-no-user
FROM debian:12-slim
COPY --from=build /app /app
ENTRYPOINT ["/app"]
