#!/bin/sh
# Read by the container of PostgreSQL, once, when it makes the database: the account that the hub serves with. It is let in to the
# tables by `federation db upgrade --grant-to twindesk_hub`.
set -eu
psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  --set password="$(cat "${HUB_DATABASE_PASSWORD_FILE:-/run/secrets/hub_database_password}")" <<'SQL'
CREATE ROLE twindesk_hub LOGIN PASSWORD :'password';
SQL
