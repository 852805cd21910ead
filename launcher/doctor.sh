# shellcheck shell=bash
# `doctor`: what this machine lacks, each with its cure; or, for an account, whether WeChat would take its messages.

readonly DISK_NEEDED_MB=2000
readonly MEMORY_NEEDED_MB=2000

ILL=no

command_doctor() {
  case $# in
    0) examine_machine ;;
    1) examine_account "$1" ;;
    *) die "doctor takes one account at most" ;;
  esac
  [[ $ILL == no ]] || exit "$EXPLAINED"
}

well() { printf '  ok     %s\n' "$*"; }

ill() {
  printf '  WRONG  %s\n         %s\n' "$1" "$2"
  ILL=yes
}

examine_machine() {
  examine_java
  if command -v mvn >/dev/null; then
    well "Maven: $(command -v mvn)"
  else
    ill "Maven is missing; it builds the services" "$(as_admin)apt-get install maven, or put mvn on PATH"
  fi
  examine_servers
  examine_ports
  examine_space
  if [[ $ILL == no ]]; then
    say "this machine has what it takes"
  fi
}

examine_java() {
  if find_jdk; then
    well "JDK $(java_version "$JDK"): $JDK"
  else
    ill "no JDK $OLDEST_JAVA or newer in JAVA_HOME, on PATH or in /usr/lib/jvm" \
      "$(as_admin)apt-get install openjdk-21-jdk-headless (Debian 13, Ubuntu 24.04), or set JAVA_HOME"
  fi
}

examine_servers() {
  local server missing
  for server in "${SERVERS[@]}"; do
    missing=$(missing_packages "$server")
    if [[ $(address_of "$server") ]]; then
      well "$server: the address in the environment"
    elif docker_answers; then
      well "$server: from Docker (this way is untested)"
    elif [[ ! $missing ]]; then
      well "$server: a private instance of the program on this machine"
    elif may_install; then
      well "$server: $missing is missing, and will be installed when it is needed"
    else
      ill "$server: no address in the environment, no Docker daemon, and no program on this machine$(where_looked "$server")" \
        "sudo apt-get install $missing"
    fi
  done
}

may_install() { command -v apt-get >/dev/null && { is_root || sudo -n true 2>/dev/null; }; }

where_looked() {
  [[ $1 != postgres ]] || echo " (looked on PATH and in ${POSTGRES_PLACES[*]})"
}

examine_ports() {
  local kind port chosen
  for kind in gateway sender simulator; do
    chosen=HONGYAN_${kind^^}_PORT
    port=${!chosen:-${USUAL_PORT[$kind]}}
    if [[ -f $HOME_DIR/run/$kind-1 || -f $HOME_DIR/run/$kind ]]; then
      well "the $kind has a port"
    elif ! is_listening "$port"; then
      well "port $port, for the $kind, is free"
    elif [[ ${!chosen:-} ]]; then
      ill "port $port, asked for the $kind in $chosen, is taken" "free it, or choose another in $chosen"
    else
      well "port $port, for the $kind, is taken; the next free one will be used"
    fi
  done
}

examine_space() {
  local place=$HOME_DIR disk memory
  while [[ ! -d $place ]]; do place=$(dirname "$place"); done
  disk=$(df -Pm "$place" | awk 'NR == 2 { print $4 }')
  memory=$(awk '/^MemAvailable:/ { print int($2 / 1024) }' /proc/meminfo)
  if ((disk >= DISK_NEEDED_MB)); then
    well "$disk MB free in $place"
  else
    ill "only $disk MB free in $place; $DISK_NEEDED_MB are needed" "free some, or set HONGYAN_HOME to another disk"
  fi
  if ((memory >= MEMORY_NEEDED_MB)); then
    well "$memory MB of memory available"
  else
    ill "only $memory MB of memory available; $MEMORY_NEEDED_MB are needed" \
      "end something, or lower the heaps with HONGYAN_GATEWAY_JAVA_OPTS and HONGYAN_SENDER_JAVA_OPTS"
  fi
}

# Only a sender has the account's secret and WeChat's view of this machine's address, so it is the one to ask.
examine_account() {
  local account=$1
  [[ $account =~ ^[a-z0-9-]{1,32}$ ]] || die "'$account' is no account id: 1 to 32 of a-z, 0-9 and -"
  if [[ ! $(pids_of 'sender-*') ]]; then
    die "no sender runs, so WeChat cannot be asked about $account; ./hongyan up first"
  fi
  need_jdk
  jar_of demo >/dev/null || die "the launcher's client is not built; ./hongyan up first"
  say "account $account:"
  run_child run_client doctor "$account" || ILL=yes
}
