# libjpeg-turbo is linked in, so the compiler is a C compiler too and runs on the target's
# own platform (docs/decisions/0014-turbo-decoding.md).
FROM golang:1.26.8-bookworm@sha256:a688600ca24f8a4d3ca77f95b0dd40704a9fc787c826660eb7ba0b641b8b175d AS build
RUN apt-get update && apt-get install -y --no-install-recommends libjpeg62-turbo-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# nodynamic keeps HEIC decoding inside its sandbox; see GOFLAGS in the Makefile. netgo and
# osusergo leave nothing that a static binary would have to load.
ENV CGO_ENABLED=1 GOFLAGS="-buildvcs=false -tags=nodynamic,turbo,netgo,osusergo"
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
ARG COMMIT=unknown
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    go build -trimpath -buildmode=pie \
    -ldflags "-s -w -linkmode external -extldflags '-static-pie -Wl,-z,pack-relative-relocs' -X github.com/propflow/propflow/app.Commit=$COMMIT" \
    -o /propflow ./cmd/propflow \
    && test "$(stat -c %s /propflow)" -le 75000000

# Certificates, time zones and one static binary: no shell, no package manager.
FROM gcr.io/distroless/static-debian12:nonroot@sha256:afa5c872c891853ca7fcf1f12c3edb23f7eeef36189728842dd51042ff57f7ab
LABEL org.opencontainers.image.title="PropFlow" org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /propflow /propflow
# Who signs the certificates of Amazon RDS: sslrootcert of DATABASE_URL.
COPY --from=build /src/adapters/postgres/rds/roots.pem /rds-roots.pem
COPY --from=build /src/LICENSE /src/notices/THIRD-PARTY-NOTICES /licences/
# By number, so that an orchestrator can see that it is not root.
USER 65532:65532
ENV HTTP_ADDRESS=:8000
EXPOSE 8000
ENTRYPOINT ["/propflow"]
CMD ["serve"]
