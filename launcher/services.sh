# shellcheck shell=bash
# Gateways, senders and the simulator: java processes of this machine, with everything secret in their environment.

# Put before every name (gateway-1 becomes demo-gateway-1) when a demo runs beside what `up` started.
PREFIX=

declare -A MODULE_OF=([gateway]=gateway-service [sender]=sender-service [simulator]=wechat-simulator)
declare -A HEALTH_OF=([gateway]=/actuator/health [sender]=/actuator/health [simulator]=/_sim/health)
declare -A USUAL_PORT=([gateway]=8080 [sender]=8081 [simulator]=8090)

# gateway-2 and demo-gateway-2 are gateways.
kind_of() {
  local kind=${1#demo-}
  echo "${kind%%-*}"
}

options_of() {
  local default='-Xmx512m -XX:+UseSerialGC'
  case $1 in
    gateway) echo "${HONGYAN_GATEWAY_JAVA_OPTS:-$default}" ;;
    sender) echo "${HONGYAN_SENDER_JAVA_OPTS:-$default}" ;;
    simulator) echo "${HONGYAN_SIMULATOR_JAVA_OPTS:-$default}" ;;
  esac
}

# JDK 24 and newer warn of Unsafe, which a library underneath the simulator's server uses; older ones do not know the flag.
silence_of() {
  if [[ $1 == simulator ]] && (($(java_version "$JDK") >= 24)); then
    echo --sun-misc-unsafe-memory-access=allow
  fi
}

# What a process gets in its environment, beside its port: NAME=value lines.
settings_of() {
  local names=() name
  case $1 in
    gateway) names=(HONGYAN_RABBITMQ_URL HONGYAN_DATABASE_URL HONGYAN_DATABASE_USER HONGYAN_DATABASE_PASSWORD HONGYAN_REDIS_URL HONGYAN_ADMIN_KEY HONGYAN_MASTER_KEY HONGYAN_SENDER_URL) ;;
    sender) names=(HONGYAN_RABBITMQ_URL HONGYAN_DATABASE_URL HONGYAN_DATABASE_USER HONGYAN_DATABASE_PASSWORD HONGYAN_REDIS_URL HONGYAN_MASTER_KEY HONGYAN_WECHAT_BASE_URL) ;;
    simulator) ;;
  esac
  for name in ${names[@]+"${names[@]}"}; do
    [[ ! ${!name:-} ]] || printf '%s=%s\n' "$name" "${!name}"
  done
}

# What a process is started with, without its port: if it changes, the process must start again. The other settings are
# inherited; the simulator takes none of them, and a setting of its own concerns nobody else.
fingerprint_of() {
  local kind=$1 settings jar
  settings=$(exported_settings)
  jar=$(jar_of "${MODULE_OF[$kind]}")
  {
    settings_of "$kind"
    options_of "$kind"
    silence_of "$kind"
    if [[ $kind == simulator ]]; then
      grep '^HONGYAN_SIMULATOR_' <<<"$settings" || true
    else
      grep -vE '^HONGYAN_(SIMULATOR_|[A-Z]+_JAVA_OPTS=)' <<<"$settings" || true
    fi
    sha256sum <"$jar"
  } | sha256sum | cut -c 1-16
}

# Starts a service, unless it runs with the same settings. With others it is started again.
start_service() {
  local name=$1 number=${1##*-} kind port exactly='' chosen fingerprint
  kind=$(kind_of "$name")
  [[ $number =~ ^[0-9]+$ ]] || number=1
  fingerprint=$(fingerprint_of "$kind")
  # Before it is stopped: one that starts again keeps its port.
  port=$(port_of "$name" || echo $((${USUAL_PORT[$kind]} + 100 * (number - 1))))
  if is_running "$name"; then
    [[ $(record_of "$name" 4) != "$fingerprint" ]] || return 0
    say "$name starts again, as its program or its settings have changed"
    stop_process "$name"
  fi
  chosen=HONGYAN_${kind^^}_PORT
  if [[ ${!chosen:-} && $number == 1 && ! $PREFIX ]]; then
    port=${!chosen} exactly=exactly
  fi
  choose_port "$name" "$port" "$exactly" 100
  new_log "$name"
  keep_jar "${MODULE_OF[$kind]}"
  (run_service "$name" "$kind") </dev/null >>"$HOME_DIR/logs/$name.log" 2>&1 9>&- &
  # shellcheck disable=SC2153 # choose_port sets PORT
  remember "$name" $! "$PORT" "$fingerprint" || true
  # Otherwise bash itself reports a killed one, with a line of this file.
  disown $! 2>/dev/null || true
}

run_service() {
  local name=$1 kind=$2 line options
  while read -r line; do export "${line?}"; done < <(settings_of "$kind")
  export "HONGYAN_${kind^^}_PORT=$PORT"
  # Reachable from this machine only, unless somebody says otherwise.
  export SERVER_ADDRESS=${SERVER_ADDRESS:-127.0.0.1}
  read -ra options <<<"$(silence_of "$kind") $(options_of "$kind")"
  cd "$ROOT" || exit
  exec setsid "$JDK/bin/java" "${options[@]}" -jar "$HOME_DIR/jars/${MODULE_OF[$kind]}.jar"
}

# Services run from a copy: a build that overwrites a jar would break those that run from it. The copy is replaced whole,
# so that a process keeps the file it was started with.
keep_jar() {
  local jar copy=$HOME_DIR/jars/$1.jar
  jar=$(jar_of "$1")
  if ! cmp -s "$jar" "$copy"; then
    mkdir -p "$HOME_DIR/jars"
    cp "$jar" "$copy.new"
    mv -f "$copy.new" "$copy"
  fi
}

await_service() {
  wait_until "$1" "$1" "$HOME_DIR/logs/$1.log" 180 is_healthy "$1"
}

is_healthy() { [[ $(http_status "$(port_of "$1")" "${HEALTH_OF[$(kind_of "$1")]}") == 200 ]]; }

# Senders first, so that nothing new reaches WeChat while the rest goes.
stop_services() {
  local commands=()
  mapfile -t commands < <(names "$1sender*" | sed 's/.*/stop_process & 30/')
  all_at_once ${commands[@]+"${commands[@]}"}
  mapfile -t commands < <({ names "$1gateway*" && names "$1simulator*"; } | sed 's/.*/stop_process & 30/')
  all_at_once ${commands[@]+"${commands[@]}"}
}

urls_of() {
  local name urls=()
  for name in $(names "$PREFIX$1*"); do
    urls+=("http://127.0.0.1:$(port_of "$name")")
  done
  (IFS=, && echo "${urls[*]}")
}

pids_of() {
  local name pid pids=()
  for name in $(names "$1"); do
    ! pid=$(pid_of "$name") || pids+=("$pid")
  done
  (IFS=, && echo "${pids[*]}")
}

of_env() {
  [[ ! -f $HOME_DIR/env ]] || sed -n "s/^$1=//p" "$HOME_DIR/env"
}

# For scripts: what runs, where, and with which keys.
write_env() {
  local file=$1 name
  (umask 077 && {
    echo "GATEWAY_URL=$(urls_of gateway)"
    echo "SENDER_URL=$(urls_of sender)"
    echo "SIMULATOR_URL=$(urls_of simulator)"
    for name in "${ADDRESS_NAMES[@]}" HONGYAN_ADMIN_KEY HONGYAN_WECHAT_BASE_URL; do
      echo "$name=${!name:-}"
    done
    echo "GATEWAY_PIDS=$(pids_of "${PREFIX}gateway-*")"
    echo "SENDER_PIDS=$(pids_of "${PREFIX}sender-*")"
    echo "SIMULATOR_PID=$(pids_of "${PREFIX}simulator")"
    echo "RABBITMQ_PIDS=$(pids_of rabbitmq)"
    echo "REDIS_PID=$(pids_of redis)"
    echo "POSTGRES_PID=$(pids_of postgres)"
  } >"$file.new")
  mv -f "$file.new" "$file"
}
