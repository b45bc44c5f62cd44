# Airquote in a container: what the lock files name, and nothing that built it. docs/operating.md
# says how to run it.

FROM python:3.11-slim AS build
WORKDIR /build
RUN python -m venv /opt/airquote
# For OpenSearch as the search engine: --build-arg ALSO=requirements-opensearch.txt
ARG ALSO=requirements.txt
COPY requirements-build.lock requirements.txt requirements-opensearch.txt ./
RUN /opt/airquote/bin/python -m pip install --no-cache-dir --no-build-isolation --require-hashes --requirement requirements-build.lock
RUN /opt/airquote/bin/python -m pip install --no-cache-dir --no-build-isolation --require-hashes --requirement requirements.txt --requirement ${ALSO}
COPY pyproject.toml README.md ./
COPY bot bot
COPY data data
COPY handlers handlers
RUN /opt/airquote/bin/python -m pip install --no-cache-dir --no-build-isolation --no-deps .

FROM python:3.11-slim
# For podcasts whose transcripts are in a git repository.
RUN apt-get update && apt-get install --yes --no-install-recommends git && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 airquote && install --directory --owner airquote /var/lib/airquote /var/cache/airquote
COPY --from=build /opt/airquote /opt/airquote
ENV PATH=/opt/airquote/bin:$PATH \
    AIRQUOTE_CACHE=/var/cache/airquote \
    DATABASE_URL=sqlite:////var/lib/airquote/airquote.db \
    MPLCONFIGDIR=/var/cache/airquote/matplotlib \
    PORT=8080
USER airquote
WORKDIR /var/lib/airquote
VOLUME ["/var/lib/airquote", "/var/cache/airquote"]
EXPOSE 8080
# It finishes what it is posting, then what it is answering, ten seconds each at most.
STOPSIGNAL SIGTERM
ENTRYPOINT ["airquote"]
CMD ["run"]
