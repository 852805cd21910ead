# shellcheck shell=bash
# shellcheck disable=SC2034 # ON_EXIT: read by other parts
# `up` and `down`. What `up` was asked for is kept, so that a bare `up` brings back exactly that.

readonly REAL_WECHAT=https://api.weixin.qq.com

GATEWAYS=1
SENDERS=1
WITH_SIMULATOR=yes
# Where messages go without the simulator.
WECHAT=

command_up() {
  local infra_only=no
  take_lock up
  [[ ! -f $HOME_DIR/asked ]] || read -r GATEWAYS SENDERS WITH_SIMULATOR WECHAT <"$HOME_DIR/asked"
  while (($#)); do
    case $1 in
      --gateways | --senders)
        [[ ${2:-} =~ ^[1-9][0-9]?$ ]] || die "$1 needs a number from 1 to 99"
        if [[ $1 == --gateways ]]; then GATEWAYS=$2; else SENDERS=$2; fi
        shift
        ;;
      --infra-only) infra_only=yes ;;
      --without-simulator) WITH_SIMULATOR=no ;;
      --with-simulator) WITH_SIMULATOR=yes ;;
      *) die "up does not know '$1'; it takes --gateways N, --senders N, --infra-only, --without-simulator" ;;
    esac
    shift
  done
  load_secrets
  ON_EXIT=(end_up)
  if [[ $infra_only == no ]]; then
    choose_wechat
    echo "$GATEWAYS $SENDERS $WITH_SIMULATOR $WECHAT" >"$HOME_DIR/asked"
    recall_settings "$(settings_file)"
    keep_settings "$(settings_file)"
    build "${PROGRAMS[@]}"
  fi
  start_servers
  if [[ $infra_only == no ]]; then
    resume_or_end_demo
    start_services
  elif is_kept_demo_here; then
    enter_workspace
  fi
  : "${HONGYAN_WECHAT_BASE_URL:=$(of_env HONGYAN_WECHAT_BASE_URL)}"
  write_env "$HOME_DIR/env"
  report_up "$infra_only"
}

choose_wechat() {
  # With the simulator the address is its own; one copied from the env file would lead to a simulator that is stopped.
  if [[ $WITH_SIMULATOR == no && ${HONGYAN_WECHAT_BASE_URL:-} && $HONGYAN_WECHAT_BASE_URL != "$(of_env SIMULATOR_URL)" ]]; then
    WECHAT=$HONGYAN_WECHAT_BASE_URL
  fi
  WECHAT=${WECHAT:-$REAL_WECHAT}
}

# A kept demo that `up` repairs has settings of its own.
settings_file() {
  if is_kept_demo_here; then echo "$HOME_DIR/run/.demo-settings"; else echo "$HOME_DIR/settings"; fi
}

# An interrupted `up` takes back what it started; one that failed leaves it to be looked at.
end_up() {
  if (($1 >= 128)); then
    stop_started
  fi
}

# Ends what this call has started, services before the servers they use.
stop_started() {
  local name services=() servers=()
  for name in ${STARTED[@]+"${STARTED[@]}"}; do
    case $(kind_of "$name") in
      gateway | sender | simulator) services+=("stop_process $name 30") ;;
      postgres | redis | rabbitmq) servers+=("${name}_stop") ;;
      docker) servers+=(docker_stop) ;;
    esac
  done
  all_at_once ${services[@]+"${services[@]}"}
  all_at_once ${servers[@]+"${servers[@]}"}
}

start_services() {
  local number name seed=no
  if [[ $(pids_of "${PREFIX}gateway-*") == '' ]]; then
    say "starting gateway, sender$([[ $WITH_SIMULATOR == yes ]] && echo " and the simulator")"
  fi
  if [[ $WITH_SIMULATOR == yes ]]; then
    start_service "${PREFIX}simulator"
    # One that has just started, or started again, knows no account.
    [[ " ${STARTED[*]-} " != *" ${PREFIX}simulator "* ]] || seed=yes
    await_service "${PREFIX}simulator"
    HONGYAN_WECHAT_BASE_URL=$(urls_of simulator)
  else
    stop_process "${PREFIX}simulator"
    HONGYAN_WECHAT_BASE_URL=$WECHAT
  fi
  stop_surplus sender "$SENDERS"
  stop_surplus gateway "$GATEWAYS"
  # Senders first: gateways are told where they are.
  for ((number = 1; number <= SENDERS; number++)); do start_service "${PREFIX}sender-$number"; done
  HONGYAN_SENDER_URL=$(urls_of sender)
  for ((number = 1; number <= GATEWAYS; number++)); do start_service "${PREFIX}gateway-$number"; done
  for ((number = 1; number <= GATEWAYS; number++)); do await_service "${PREFIX}gateway-$number"; done
  for ((number = 1; number <= SENDERS; number++)); do await_service "${PREFIX}sender-$number"; done
  if [[ $WITH_SIMULATOR == yes ]]; then
    (run_client seed "$seed") || die "the demo accounts could not be put in place, see above (logs: $HOME_DIR/logs)"
  fi
}

stop_surplus() {
  local name
  for name in $(names "$PREFIX$1-*"); do
    ((${name##*-} <= $2)) || stop_process "$name" 30
  done
}

# Becomes the Java client, which does everything that speaks HTTP, JSON or SQL: call it in a subshell or by run_child.
run_client() {
  export "${ADDRESS_NAMES[@]}" GATEWAY_URL SENDER_URL SIMULATOR_URL DEMO_APP_SECRET HONGYAN_ADMIN_KEY TERMINAL
  GATEWAY_URL=$(urls_of gateway) SENDER_URL=$(urls_of sender) SIMULATOR_URL=$(urls_of simulator)
  TERMINAL=$([[ -t 1 ]] && echo yes || echo no)
  exec "$JDK/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8 \
    -jar "$(jar_of demo)" "$@"
}

report_up() {
  if [[ $1 == yes ]]; then
    say "RabbitMQ, Redis and PostgreSQL are up; their addresses are in $HOME_DIR/env"
    return
  fi
  say "Hongyan is up: $(urls_of gateway), messages go to $(wechat_in_words)"
  say "addresses and keys: $HOME_DIR/env; ./hongyan status shows the rest"
}

wechat_in_words() {
  if [[ $WITH_SIMULATOR == yes ]]; then
    echo "the simulator at $HONGYAN_WECHAT_BASE_URL"
  else
    echo "the real WeChat at $HONGYAN_WECHAT_BASE_URL"
  fi
}

command_down() {
  local wipe=no
  while (($#)); do
    case $1 in
      --wipe) wipe=yes ;;
      *) die "down does not know '$1'; it takes --wipe" ;;
    esac
    shift
  done
  [[ -d $HOME_DIR ]] || {
    say "nothing to stop: $HOME_DIR does not exist"
    return
  }
  take_lock down
  stop_everything
  if [[ $wipe == yes ]]; then
    wipe_data
    rm -rf "${HOME_DIR:?}/logs"
  fi
  say "Hongyan is down; $([[ $wipe == yes ]] && echo "its data is deleted" || echo "its data is kept in $HOME_DIR")"
}

stop_everything() {
  stop_services demo-
  stop_services ''
  stop_private_servers
  docker_stop
  rm -f "$HOME_DIR/env" "$HOME_DIR/demo.env"
}

wipe_data() {
  docker_wipe
  wipe_servers
  rm -rf "${HOME_DIR:?}/run" "$HOME_DIR/jars" "$HOME_DIR/keys" "$HOME_DIR/asked" "$HOME_DIR/settings" "$HOME_DIR/compose.env"
}
