# Builds the one file and an image around it: no Node, no npm, no tool of the build is in it.
FROM debian:13-slim AS build
# npm starts the Node of the lockfile, which asks for libatomic.so.1.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates libatomic1 nodejs npm && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
# The commit, which the build does not see: docker build --build-arg COMMIT="$(git rev-parse HEAD)" .
ARG COMMIT=unknown
RUN npm run pack -- --commit "$COMMIT"
RUN install -d -o 10001 -g 10001 -m 0700 /empty-data

FROM debian:13-slim
# What the program needs of the system (glibc, libstdc++, libgcc) is in every Debian.
COPY --from=build /app/dist/pmp /usr/local/bin/pmp
COPY --from=build /app/dist/pmp.cdx.json /app/dist/licences.txt /usr/local/share/doc/pmp/
COPY --from=build --chown=10001:10001 /empty-data /data
USER 10001:10001
ENV PMP_DATA_DIR=/data PMP_HOST=0.0.0.0
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["pmp", "ready"]
CMD ["pmp"]
