# shellcheck shell=bash
# Where RabbitMQ, Redis and PostgreSQL come from: the environment, else Docker, else private instances on this machine.
# KIND says which; the addresses end up in the same HONGYAN_* names in all three cases.

readonly SERVERS=(rabbitmq redis postgres)
readonly ADDRESS_NAMES=(HONGYAN_RABBITMQ_URL MANAGEMENT_URL HONGYAN_REDIS_URL
  HONGYAN_DATABASE_URL HONGYAN_DATABASE_USER HONGYAN_DATABASE_PASSWORD)

declare -A KIND=()

# Private servers are this far from the ports other people's servers usually have.
declare -A PREFERRED_PORT=([rabbitmq]=27672 [management]=27673 [erlang]=27674 [epmd]=27675 [redis]=27379 [postgres]=27432)

address_of() {
  case $1 in
    rabbitmq) echo "${HONGYAN_RABBITMQ_URL:-}" ;;
    redis) echo "${HONGYAN_REDIS_URL:-}" ;;
    postgres) echo "${HONGYAN_DATABASE_URL:-}" ;;
  esac
}

# Addresses copied from this home's own env file are not somebody else's servers: they are still ours to start.
forget_own_addresses() {
  local name
  [[ -f $HOME_DIR/env ]] || return 0
  for name in "${ADDRESS_NAMES[@]}"; do
    if [[ ${!name:-} ]] && grep -qxF "$name=${!name}" "$HOME_DIR/env" && grep -qx 'SERVERS_ARE_OURS=yes' "$HOME_DIR/run/.servers" 2>/dev/null; then
      unset "$name"
    fi
  done
}

# Decides for each server where it comes from.
choose_servers() {
  local server own=no
  forget_own_addresses
  for server in "${SERVERS[@]}"; do
    if [[ $(address_of "$server") ]]; then
      KIND[$server]=environment
    elif docker_answers; then
      KIND[$server]=docker
      own=yes
    else
      KIND[$server]=private
      own=yes
    fi
  done
  if [[ ${KIND[postgres]} == environment && $HONGYAN_DATABASE_URL != jdbc:postgresql:* ]]; then
    die "HONGYAN_DATABASE_URL must begin with jdbc:postgresql: (got ${HONGYAN_DATABASE_URL%%:*}:…)"
  fi
  echo "SERVERS_ARE_OURS=$own" >"$HOME_DIR/run/.servers"
}

servers_of_kind() {
  local server
  for server in "${SERVERS[@]}"; do
    [[ ${KIND[$server]} != "$1" ]] || echo "$server"
  done
}

# Starts what is not running. Afterwards the addresses of all three are set.
start_servers() {
  local private=() docker=() missing=() server
  choose_servers
  mapfile -t private < <(servers_of_kind private)
  mapfile -t docker < <(servers_of_kind docker)
  if ((${#docker[@]})); then
    docker_start "${docker[@]}"
  fi
  if ((${#private[@]})); then
    need_programs "${private[@]}"
    find_servers_dir
    for server in "${private[@]}"; do
      is_running "$server" || missing+=("$server")
    done
    if ((${#missing[@]})); then
      say "starting private ${missing[*]}"
    fi
    # RabbitMQ takes seconds to start, so the others start meanwhile.
    for server in "${private[@]}"; do "${server}_launch"; done
    for server in "${private[@]}"; do "${server}_await"; done
  fi
}

# SERVERS_DIR: where the private servers keep their data. Normally the home; elsewhere when PostgreSQL's user cannot get
# there (a clone in /root), or when the path has characters that RabbitMQ's scripts do not take.
find_servers_dir() {
  known_servers_dir
  [[ $SERVERS_DIR == "$HOME_DIR" ]] || return 0
  if [[ $HOME_DIR =~ [^A-Za-z0-9/._-] ]] || { [[ ${KIND[postgres]} == private ]] && ! as_postgres test -x "$HOME_DIR"; }; then
    SERVERS_DIR=$(mktemp -d /var/tmp/hongyan-XXXXXXXX)
    chmod "$(is_root && echo 711 || echo 700)" "$SERVERS_DIR"
    echo "$SERVERS_DIR" >"$HOME_DIR/servers-are-in"
    say "the servers' data goes to $SERVERS_DIR, as PostgreSQL or RabbitMQ cannot use $HOME_DIR"
  fi
}

known_servers_dir() {
  SERVERS_DIR=$HOME_DIR
  if [[ -f $HOME_DIR/servers-are-in ]]; then
    SERVERS_DIR=$(<"$HOME_DIR/servers-are-in")
    [[ -d $SERVERS_DIR && -O $SERVERS_DIR ]] ||
      die "the servers' data, $SERVERS_DIR, is gone or belongs to somebody else; delete $HOME_DIR/servers-are-in to start anew"
  fi
}

# A private server's port: the one it had, if it is still free, so that whoever holds its address need not change it.
server_port() {
  local name=$1 file=$HOME_DIR/run/.port-$1
  choose_port "the private $name" "$(cat "$file" 2>/dev/null || echo "${PREFERRED_PORT[$name]}")"
  echo "$PORT" >"$file"
}

known_port() { cat "$HOME_DIR/run/.port-$1"; }

stop_private_servers() {
  all_at_once redis_stop postgres_stop rabbitmq_stop
}

wipe_servers() {
  local server
  known_servers_dir
  for server in "${SERVERS[@]}"; do
    rm -rf "${SERVERS_DIR:?}/$server"
  done
  if [[ $SERVERS_DIR != "$HOME_DIR" ]]; then
    rmdir "$SERVERS_DIR"
    rm -f "$HOME_DIR/servers-are-in"
  fi
}
