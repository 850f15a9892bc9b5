FROM debian:12-slim
# ruleid: dockerfile-insecure-build-step
RUN --security=insecure ./build-image.sh
# ruleid: dockerfile-insecure-build-step
RUN --mount=type=cache,target=/srv/.cache --security=insecure ./build-image.sh
# ruleid: dockerfile-insecure-build-step
RUN --network=host ./fetch.sh
# ruleid: dockerfile-insecure-build-step
RUN docker run --rm --privileged acme/builder
# ruleid: dockerfile-insecure-build-step
CMD ["docker", "run", "--privileged", "acme/builder"]
# ok: dockerfile-insecure-build-step
RUN --security=sandbox ./build-image.sh
# ok: dockerfile-insecure-build-step
RUN --network=none ./build-image.sh
# ok: dockerfile-insecure-build-step
RUN --mount=type=cache,target=/srv/.cache ./build-image.sh
# ok: dockerfile-insecure-build-step
RUN ./configure --security=insecure
# ok: dockerfile-insecure-build-step
RUN docker run --rm acme/builder
# ok: dockerfile-insecure-build-step
RUN docker run --privileged=false acme/builder
# ok: dockerfile-insecure-build-step
# RUN --security=insecure ./build-image.sh
