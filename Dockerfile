# One image for the hub and for every node; which one it is, the command says.
FROM python:3.11-slim-bookworm AS build
WORKDIR /source
COPY requirements requirements
RUN python -m venv /opt/twindesk \
 && /opt/twindesk/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/base.txt
COPY pyproject.toml LICENSE ./
COPY shared shared
COPY federation federation
COPY space_node space_node
# Translations are compiled here: where it runs, nothing of the program can be written.
RUN /opt/twindesk/bin/python -m shared.ui.catalogue compile \
 && /opt/twindesk/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin twindesk \
 && install -d -o twindesk -g twindesk -m 0700 /var/lib/twindesk
COPY --from=build /opt/twindesk /opt/twindesk
ENV PATH=/opt/twindesk/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/var/lib/twindesk \
    BIND=0.0.0.0:8000
USER twindesk
WORKDIR /var/lib/twindesk
VOLUME /var/lib/twindesk
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["federation", "serve"]
