# The base images are arguments, for a registry of one's own: --build-arg RUN_IMAGE=registry.example/debian:trixie-slim
# The secrets are optional: what npm and apt need to reach a mirror. They are mounted, and stay in no layer.
ARG BUILD_IMAGE=docker.io/library/node:26-trixie-slim
ARG RUN_IMAGE=docker.io/library/debian:trixie-slim

# The bundle, and what it does not contain: Node, and koffi with its native part.
FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc \
    --mount=type=secret,id=ca,target=/etc/ssl/certs/ca-certificates.crt \
    npm ci --no-audit --no-fund && rm -rf /root/.npm
COPY scripts/build-image-modules scripts/
RUN scripts/build-image-modules /out
COPY tsconfig.json LICENSE ./
COPY proto proto
COPY scripts scripts
COPY src src
RUN npm run build

# The tools that the driver starts, without the rest of their packages. test/image compares the list with the sources.
FROM ${RUN_IMAGE} AS tools
RUN find / -xdev > /base-files
RUN --mount=type=secret,id=apt-sources,target=/etc/apt/sources.list.d/debian.sources \
    --mount=type=secret,id=apt-conf,target=/etc/apt/apt.conf.d/99-host \
    --mount=type=secret,id=ca,target=/etc/ssl/certs/ca-certificates.crt \
    apt-get update && apt-get install -y --no-install-recommends \
    e2fsprogs xfsprogs btrfs-progs libatomic1 git xz-utils \
    && apt-get download ca-certificates && dpkg-deb -x ca-certificates_*.deb /certificates
COPY scripts/build-image-tools /
COPY --from=build /out/node /usr/local/bin/node
RUN /build-image-tools /base-files /out node \
    mkfs.ext4 e2fsck resize2fs mkfs.xfs xfs_growfs xfs_repair mkfs.btrfs btrfs git tar xz

FROM ${RUN_IMAGE}
COPY --from=tools /out /
COPY --from=build /out/node /usr/local/bin/node
# A user for what needs no rights, a command on PATH, and nobody becomes root by a program's bits.
RUN echo 'tome:x:65532:65532::/nonexistent:/usr/sbin/nologin' >> /etc/passwd \
    && echo 'tome:x:65532:' >> /etc/group \
    && ln -s /opt/tome/dist/tome.mjs /usr/local/bin/tome \
    && find / -xdev -type f -perm /6000 -exec chmod a-s {} +
COPY --from=build /out/node_modules /opt/tome/node_modules
COPY --from=build /src/package.json /src/LICENSE /opt/tome/
COPY --from=build /src/dist /opt/tome/dist

ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="tome-csi" \
      org.opencontainers.image.description="A Kubernetes CSI driver for local storage: instant snapshots and clones, one writer or many readers" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

# `tome node` attaches and mounts, and is run as root by the chart.
USER 65532:65532
ENTRYPOINT ["tome"]
