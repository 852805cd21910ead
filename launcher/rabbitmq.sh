# shellcheck shell=bash
# shellcheck disable=SC2034 # the addresses: read by other parts
# A private RabbitMQ with its own epmd, Erlang cookie and user; there is no user guest.

rabbitmq_launch() {
  local dir=$SERVERS_DIR/rabbitmq
  if ! is_running rabbitmq; then
    new_log rabbitmq
    mkdir -p "$dir" && chmod 700 "$dir"
    epmd_launch "$dir"
    server_port erlang
    local dist=$PORT
    server_port management
    server_port rabbitmq
    rabbitmq_settings "$dir"
    (rabbitmq_run "$dir" "$dist") </dev/null >>"$HOME_DIR/logs/rabbitmq.log" 2>&1 9>&- &
    remember rabbitmq $! "$PORT" || true
  elif ! is_running epmd; then
    epmd_launch "$dir"
  fi
  HONGYAN_RABBITMQ_URL=amqp://hongyan:$SERVER_PASSWORD@127.0.0.1:$(known_port rabbitmq)
  MANAGEMENT_URL=http://hongyan:$SERVER_PASSWORD@127.0.0.1:$(known_port management)
}

# Erlang's port mapper, of our own and in the foreground, so that it ends with us: one that a node starts outlives it.
epmd_launch() {
  if ! is_running epmd; then
    new_log epmd
    server_port epmd
    (HOME=$1 exec setsid "$(epmd_program)" -address 127.0.0.1 -port "$PORT") </dev/null >>"$HOME_DIR/logs/epmd.log" 2>&1 9>&- &
    remember epmd $! "$PORT" || true
  fi
}

epmd_program() {
  command -v epmd || find "$(dirname "$(readlink -f "$(command -v erl)")")/.." -name epmd -type f -print -quit
}

rabbitmq_settings() {
  local dir=$1
  (umask 077 && cat >"$dir/rabbitmq.conf") <<CONF
listeners.tcp.1 = 127.0.0.1:$(known_port rabbitmq)
management.tcp.ip = 127.0.0.1
management.tcp.port = $(known_port management)
default_user = hongyan
default_pass = $SERVER_PASSWORD
disk_free_limit.absolute = 200MB
CONF
  echo '[rabbitmq_management].' >"$dir/enabled_plugins"
  # An empty file of our own keeps /etc/rabbitmq/rabbitmq-env.conf out.
  : >"$dir/env.conf"
}

rabbitmq_run() {
  local dir=$1 dist=$2
  export HOME=$dir PATH=$RABBITMQ_BIN:$PATH
  export RABBITMQ_NODENAME=hongyan@localhost RABBITMQ_DIST_PORT=$dist ERL_EPMD_ADDRESS=127.0.0.1
  ERL_EPMD_PORT=$(known_port epmd)
  RABBITMQ_NODE_PORT=$(known_port rabbitmq)
  export ERL_EPMD_PORT RABBITMQ_NODE_PORT
  export RABBITMQ_MNESIA_BASE=$dir/data RABBITMQ_LOG_BASE=$dir/log RABBITMQ_CONFIG_FILE=$dir/rabbitmq.conf
  export RABBITMQ_ADVANCED_CONFIG_FILE=$dir/none RABBITMQ_CONF_ENV_FILE=$dir/env.conf
  export RABBITMQ_ENABLED_PLUGINS_FILE=$dir/enabled_plugins RABBITMQ_LOGS=-
  export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}'
  # ALLOW_INPUT makes the script become the Erlang machine instead of waiting beside it, so the pid is the right one;
  # -noinput takes the shell away again.
  export RABBITMQ_ALLOW_INPUT=1
  cd "$dir" || exit
  exec setsid "$RABBITMQ_BIN/rabbitmq-server" -noinput
}

rabbitmq_await() {
  wait_until "RabbitMQ" rabbitmq "$HOME_DIR/logs/rabbitmq.log" 120 rabbitmq_answers
}

rabbitmq_stop() {
  stop_process rabbitmq 60
  stop_process epmd
}

rabbitmq_answers() {
  is_listening "$(known_port rabbitmq)" && is_listening "$(known_port management)"
}
