# Builds an image with the portal and the one Node it is tested with; no tool of the build is in it.
FROM debian:13-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates nodejs npm && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
# The program itself, taken out before everything that only developing needs is removed.
RUN cp "$(node_modules/.bin/node -p process.execPath)" /usr/local/bin/node-portal && npm prune --omit=dev
COPY src ./src
COPY views ./views
COPY public ./public
COPY migrations ./migrations
COPY docs ./docs

FROM debian:13-slim
RUN apt-get update && apt-get install -y --no-install-recommends libatomic1 && rm -rf /var/lib/apt/lists/* \
  && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin pmp \
  && install -d -o pmp -g pmp -m 0700 /data
COPY --from=build /usr/local/bin/node-portal /usr/local/bin/node
COPY --from=build /app /app
WORKDIR /app
USER pmp
ENV PMP_DATA_DIR=/data PMP_HOST=0.0.0.0
VOLUME /data
EXPOSE 3000
HEALTHCHECK CMD ["node", "-e", "fetch('http://127.0.0.1:3000/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "src/main.ts"]
