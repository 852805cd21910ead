# shellcheck shell=bash
# shellcheck disable=SC2034 # the addresses: read by other parts
# A private PostgreSQL. It refuses to run as root, so root runs it as the user postgres that its package made.

as_postgres() {
  if is_root; then
    id -u postgres >/dev/null 2>&1 || die "PostgreSQL does not run as root and there is no user postgres; make one (useradd --system postgres), or run hongyan as a normal user"
    # From a directory that this user may read; otherwise every command complains.
    (cd / && exec runuser -u postgres -- "$@")
  else
    "$@"
  fi
}

postgres_launch() {
  local dir=$SERVERS_DIR/postgres
  if ! is_running postgres; then
    new_log postgres
    mkdir -p "$dir" && chmod 700 "$dir"
    ! is_root || chown postgres "$dir"
    as_postgres test -f "$dir/data/PG_VERSION" || postgres_create "$dir"
    postgres_same_version "$dir"
    server_port postgres
    postgres_settings | as_postgres tee "$dir/data/hongyan.conf" >/dev/null
    postgres_start "$PORT"
  fi
  HONGYAN_DATABASE_URL=jdbc:postgresql://127.0.0.1:$(known_port postgres)/hongyan
  HONGYAN_DATABASE_USER=hongyan
  HONGYAN_DATABASE_PASSWORD=$SERVER_PASSWORD
}

postgres_start() {
  (umask 077 && postgres_run "$SERVERS_DIR/postgres") 9>&- &
  remember postgres $! "$1" || true
}

postgres_run() {
  if is_root; then
    cd /
    exec setsid setpriv --reuid postgres --regid postgres --init-groups "$POSTGRES_BIN/postgres" -D "$1/data" </dev/null >>"$HOME_DIR/logs/postgres.log" 2>&1
  fi
  exec setsid "$POSTGRES_BIN/postgres" -D "$1/data" </dev/null >>"$HOME_DIR/logs/postgres.log" 2>&1
}

postgres_create() {
  local dir=$1 log=$HOME_DIR/logs/postgres.log
  # shellcheck disable=SC2016 # $1 is for the shell that PostgreSQL's user runs
  printf '%s\n' "$SERVER_PASSWORD" | as_postgres sh -c 'umask 077 && cat >"$1"' sh "$dir/password"
  as_postgres rm -rf "$dir/data"
  as_postgres "$POSTGRES_BIN/initdb" -D "$dir/data" --username=postgres --pwfile="$dir/password" --auth=scram-sha-256 \
    --encoding=UTF8 --no-locale >>"$log" 2>&1 || die "initdb failed: $(last_words "$log") (log: $log)"
  as_postgres rm -f "$dir/password"
  # shellcheck disable=SC2016 # $1 is for the shell that PostgreSQL's user runs
  as_postgres sh -c 'echo "include '\''hongyan.conf'\''" >>"$1"' sh "$dir/data/postgresql.conf"
}

postgres_same_version() {
  local data
  data=$(as_postgres cat "$1/data/PG_VERSION")
  [[ $("$POSTGRES_BIN/postgres" --version) == *" $data"[.rbd]* ]] ||
    die "the data in $1 is of PostgreSQL $data, but $POSTGRES_BIN is another version; install that one, or ./hongyan down --wipe"
}

# Written at every start. Durability stays as PostgreSQL ships it: losing a commit would mean sending twice.
postgres_settings() {
  cat <<CONF
port = $PORT
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = 256MB
wal_compression = on
max_wal_size = 4GB
CONF
}

# After a kill -9 the old postmaster's lock and shared memory are in the way until its last child has noticed.
postgres_outlive_the_dead() {
  local deadline=$((SECONDS + 30)) log=$HOME_DIR/logs/postgres.log
  until postgres_answers; do
    if ! is_running postgres; then
      grep -qE 'lock file .* already exists|pre-existing shared memory' "$log" && ((SECONDS < deadline)) || return 0
      sleep 0.5
      : >"$log"
      postgres_start "$(known_port postgres)"
    fi
    ((SECONDS < deadline)) || return 0
    sleep 0.1
  done
}

postgres_await() {
  postgres_outlive_the_dead
  wait_until "PostgreSQL" postgres "$HOME_DIR/logs/postgres.log" 120 postgres_answers
  postgres_has_user || postgres_psql <<SQL
create role hongyan login createdb password '$SERVER_PASSWORD';
create database hongyan owner hongyan;
SQL
}

postgres_psql() {
  local log=$HOME_DIR/logs/postgres.log
  PGPASSWORD=$SERVER_PASSWORD "$POSTGRES_BIN/psql" -X -q -A -t -v ON_ERROR_STOP=1 \
    -h 127.0.0.1 -p "$(known_port postgres)" -U postgres -d postgres 2>>"$log" ||
    die "PostgreSQL refused a command: $(last_words "$log") (log: $log)"
}

# TERM would wait for every client to leave; INT does not, and loses nothing either.
postgres_stop() { stop_process postgres 60 INT; }

postgres_answers() {
  PGCONNECT_TIMEOUT=3 "$POSTGRES_BIN/pg_isready" -q -h 127.0.0.1 -p "$(known_port postgres)"
}

postgres_has_user() {
  [[ $(postgres_psql <<<"select 1 from pg_database where datname = 'hongyan'") == 1 ]]
}
