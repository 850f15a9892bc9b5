ARG VERSION=1
# ok: dockerfile-no-user
FROM golang:1.23 AS build
RUN go build -o /app
# ruleid: dockerfile-no-user
FROM --platform=linux/amd64 debian:12-slim AS run
COPY --from=build /app /app
CMD /app
