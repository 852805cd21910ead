# shellcheck shell=bash
# shellcheck disable=SC2034 # the addresses: read by other parts
# A private Redis. Its password stands in a file, as arguments can be read by everybody on the machine.

redis_launch() {
  local dir=$SERVERS_DIR/redis
  if ! is_running redis; then
    new_log redis
    mkdir -p "$dir" && chmod 700 "$dir"
    server_port redis
    (umask 077 && cat >"$dir/redis.conf") <<CONF
port $PORT
bind 127.0.0.1
databases 64
requirepass $SERVER_PASSWORD
dir $dir
daemonize no
stop-writes-on-bgsave-error no
CONF
    setsid "$REDIS_PROGRAM" "$dir/redis.conf" </dev/null >>"$HOME_DIR/logs/redis.log" 2>&1 9>&- &
    remember redis $! "$PORT" || true
  fi
  HONGYAN_REDIS_URL=redis://:$SERVER_PASSWORD@127.0.0.1:$(known_port redis)
}

redis_await() {
  wait_until "Redis" redis "$HOME_DIR/logs/redis.log" 30 redis_answers
}

redis_stop() { stop_process redis; }

redis_answers() { [[ $(redis_last_reply PING) == +PONG ]]; }

redis_flush() {
  [[ $(redis_last_reply "SELECT $1" FLUSHDB) == +OK ]] || die "Redis did not empty database $1 (log: $HOME_DIR/logs/redis.log)"
}

# Sends commands over one connection and prints the last reply's line.
redis_last_reply() {
  local reply='' command
  {
    exec 3<>"/dev/tcp/127.0.0.1/$(known_port redis)" || return 0
    for command in "AUTH $SERVER_PASSWORD" "$@"; do
      printf '%s\r\n' "$command" >&3
      read -r -t 5 reply <&3 || reply=''
    done
    exec 3>&-
  } 2>/dev/null
  echo "${reply%$'\r'}"
}
