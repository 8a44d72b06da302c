# syntax=docker/dockerfile:1

# The build runs on the builder's own platform and compiles for the target's.
FROM --platform=$BUILDPLATFORM golang:1.26-alpine AS build
WORKDIR /src
# nodynamic keeps HEIC decoding inside its sandbox; see GOFLAGS in the Makefile.
ENV CGO_ENABLED=0 GOFLAGS="-buildvcs=false -tags=nodynamic"
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
ARG TARGETOS TARGETARCH
ARG VERSION=dev COMMIT=unknown
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath \
    -ldflags "-s -w -X github.com/propflow/propflow/app.Version=$VERSION -X github.com/propflow/propflow/app.Commit=$COMMIT" \
    -o /propflow ./cmd/propflow

# Certificates, time zones and one static binary: no shell, no package manager.
FROM gcr.io/distroless/static-debian12:nonroot
LABEL org.opencontainers.image.title="PropFlow" org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /propflow /propflow
# By number, so that an orchestrator can tell that it is not root.
USER 65532:65532
ENV HTTP_ADDRESS=:8000
EXPOSE 8000
ENTRYPOINT ["/propflow"]
CMD ["serve"]
