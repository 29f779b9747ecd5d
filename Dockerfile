# One image for all four services; the command names the service: python -m services.<name>.

FROM python:3.12-slim AS builder
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv --without-pip /opt/redress
WORKDIR /src
# Libraries first: they change seldom, so their layer is kept. The locks check every file, the build tool's too.
COPY requirements.lock requirements-runtime.lock ./
RUN --mount=type=cache,target=/root/.cache/pip \
    sed -n '/^setuptools==/,/[^\\]$/p' requirements.lock >requirements-build.lock \
 && pip --python /usr/local/bin/python install --no-deps --require-hashes -r requirements-build.lock \
 && pip --python /opt/redress/bin/python install --no-deps --require-hashes --only-binary :all: -r requirements-runtime.lock
COPY pyproject.toml README.md ./
COPY bench bench
COPY redress redress
COPY services services
COPY shared shared
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
 && pip --python /opt/redress/bin/python install --no-deps /wheels/redress-*.whl

FROM python:3.12-slim
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="redress" \
      org.opencontainers.image.description="The back end of marketplace dispute intervention" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="docker.io/library/python:3.12-slim" \
      org.cyclonedx.sbom="/opt/redress/sbom.cdx.json"
RUN groupadd --gid 10001 redress \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin redress \
 && install --directory --owner redress --group redress --mode 700 /var/lib/redress/keys \
 && pip uninstall --yes --quiet --root-user-action ignore pip
COPY --from=builder /opt/redress /opt/redress
COPY docker/gateway.py sbom.cdx.json /opt/redress/
ENV PATH="/opt/redress/bin:${PATH}" \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    REDRESS_HTTP__HOST=0.0.0.0 \
    REDRESS_HTTP__PORT=8080 \
    REDRESS_OPS__PORT=9464
USER 10001:10001
WORKDIR /tmp
EXPOSE 8080 9464
# http.client, because urllib would ask a proxy that Docker puts into the environment.
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=6 \
    CMD ["python", "-IS", "-c", "import os, sys, http.client as h; c = h.HTTPConnection('127.0.0.1', int(os.environ['REDRESS_OPS__PORT']), timeout=4); c.request('GET', '/readyz'); sys.exit(c.getresponse().status != 200)"]
CMD ["redress", "--help"]
