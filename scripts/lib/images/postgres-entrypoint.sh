#!/bin/sh
# Makes the database cluster on an empty volume, with the variables that the well-known image of PostgreSQL has:
# POSTGRES_PASSWORD, POSTGRES_USER, POSTGRES_DB.
set -e
if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
  if [ -z "$POSTGRES_PASSWORD" ]; then
    echo 'POSTGRES_PASSWORD is not set: the database needs a password for its first user.' >&2
    exit 1
  fi
  user=${POSTGRES_USER:-postgres} database=${POSTGRES_DB:-${POSTGRES_USER:-postgres}}
  echo "$POSTGRES_PASSWORD" >/tmp/password
  initdb --username="$user" --pwfile=/tmp/password --encoding=UTF8 --no-sync --auth-host=scram-sha-256 --auth-local=trust
  rm /tmp/password
  echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  if [ "$database" != postgres ]; then
    echo "CREATE DATABASE \"$database\"" | postgres --single -j postgres
  fi
fi
exec "$@"
