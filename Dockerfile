# syntax=docker/dockerfile:1
# One image; the command says `web` or `work` (or migrate, firm, policy…). No node and no compiler in what runs.

FROM node:24-slim AS static
WORKDIR /trialogue/static
COPY static/package.json static/package-lock.json static/.npmrc ./
RUN npm ci --ignore-scripts
COPY static/ ./
RUN node build.mjs

FROM python:3.13-slim AS packages
COPY webapp/setup/locks/ /locks/
RUN pip install --no-cache-dir --require-hashes --no-deps -r /locks/uv.txt \
    && uv venv --no-config /opt/venv \
    && uv pip sync --no-config --no-cache --python /opt/venv/bin/python --require-hashes /locks/run.txt
COPY webapp/ /trialogue/webapp/
WORKDIR /trialogue
RUN /opt/venv/bin/python -m webapp.setup.translations

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data --create-home trialogue \
    && install --directory --owner trialogue --mode 700 /files
WORKDIR /trialogue
COPY --from=packages /opt/venv /opt/venv
COPY pyproject.toml ./
COPY migrations/ migrations/
COPY tenants/ tenants/
COPY templates/ templates/
COPY --from=packages /trialogue/webapp webapp/
COPY --from=static /trialogue/static/dist static/dist/
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUTF8=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    TRIALOGUE_ENV=production \
    TRIALOGUE_HOME=/data \
    TRIALOGUE_HOST=0.0.0.0
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["python", "-m", "webapp.setup.health"]
ENTRYPOINT ["python", "-m", "webapp.cli"]
CMD ["web"]
