# shellcheck shell=bash
# shellcheck disable=SC2034 # the addresses: read by other parts
# RabbitMQ, Redis and PostgreSQL from docker-compose.yml. Untested: written where no Docker daemon could be had.

# Becomes docker compose: call it in a subshell or by run_child.
docker_compose() {
  COMPOSE_PROJECT_NAME=hongyan-$(printf %s "$HOME_DIR" | sha256sum | cut -c 1-8)
  export COMPOSE_PROJECT_NAME
  exec docker compose --project-directory "$ROOT" --env-file "$HOME_DIR/compose.env" "$@"
}

docker_answers() {
  command -v docker >/dev/null && docker compose version >/dev/null 2>&1 && timeout 10 docker info >/dev/null 2>&1
}

docker_start() {
  local log=$HOME_DIR/logs/docker.log server
  if [[ ! -f $HOME_DIR/run/docker ]]; then
    for server in rabbitmq management redis postgres; do
      server_port "$server"
    done
    STARTED+=(docker)
  fi
  (umask 077 && cat >"$HOME_DIR/compose.env") <<ENV
RABBITMQ_PORT=$(known_port rabbitmq)
MANAGEMENT_PORT=$(known_port management)
REDIS_PORT=$(known_port redis)
POSTGRES_PORT=$(known_port postgres)
SERVER_PASSWORD=$SERVER_PASSWORD
HONGYAN_ADMIN_KEY=$HONGYAN_ADMIN_KEY
HONGYAN_MASTER_KEY=$HONGYAN_MASTER_KEY
ENV
  say "starting $* in Docker (this way is untested)"
  run_child docker_compose up --detach --wait "$@" >"$log" 2>&1 || die "Docker Compose failed: $(last_words "$log") (log: $log)"
  echo compose >"$HOME_DIR/run/docker"
  for server in "$@"; do
    case $server in
      rabbitmq)
        HONGYAN_RABBITMQ_URL=amqp://hongyan:$SERVER_PASSWORD@127.0.0.1:$(known_port rabbitmq)
        MANAGEMENT_URL=http://hongyan:$SERVER_PASSWORD@127.0.0.1:$(known_port management)
        ;;
      redis) HONGYAN_REDIS_URL=redis://:$SERVER_PASSWORD@127.0.0.1:$(known_port redis) ;;
      postgres)
        HONGYAN_DATABASE_URL=jdbc:postgresql://127.0.0.1:$(known_port postgres)/hongyan
        HONGYAN_DATABASE_USER=hongyan
        HONGYAN_DATABASE_PASSWORD=$SERVER_PASSWORD
        ;;
    esac
  done
}

docker_stop() {
  [[ -f $HOME_DIR/run/docker ]] || return 0
  (docker_compose stop) >>"$HOME_DIR/logs/docker.log" 2>&1 || warn "Docker Compose could not stop the servers (log: $HOME_DIR/logs/docker.log)"
  rm -f "$HOME_DIR/run/docker"
}

docker_wipe() {
  [[ -f $HOME_DIR/compose.env ]] && docker_answers || return 0
  (docker_compose down --volumes) >>"$HOME_DIR/logs/docker.log" 2>&1 || warn "Docker Compose could not delete its data (log: $HOME_DIR/logs/docker.log)"
}
