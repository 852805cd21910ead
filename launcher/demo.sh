# shellcheck shell=bash
# shellcheck disable=SC2034 # ON_EXIT and the addresses: read by other parts
# `demo`: one batch of 10,000 from upload to audit, in a database and a virtual host of its own.

readonly ORDERS=$ROOT/examples/orders.csv
readonly DEMO_REDIS_DATABASE=1

KEEP=no
# Where the servers' own addresses are kept while the demo's stand in their place.
declare -A SERVERS_OWN=()

command_demo() {
  while (($#)); do
    case $1 in
      --keep) KEEP=yes ;;
      *) die "demo does not know '$1'; it takes --keep" ;;
    esac
    shift
  done
  take_lock demo
  load_secrets
  build "${PROGRAMS[@]}"
  ON_EXIT=(end_demo)
  demo_run
}

demo_run() {
  start_servers
  stop_demo
  if [[ $(names 'gateway-*') || $(names 'sender-*') ]]; then
    PREFIX=demo-
    say "what up started keeps running; the demo runs beside it"
  fi
  make_workspace
  GATEWAYS=1 SENDERS=1 WITH_SIMULATOR=yes
  start_services
  say "sending $(basename "$ORDERS") to $(wechat_in_words)"
  run_watched run_client run "$ORDERS" || die "the demo failed; what and why stands above, the logs are ${HOME_DIR}/logs/${PREFIX}{gateway-1,sender-1,simulator}.log"
  if [[ $KEEP == yes ]]; then
    echo "DEMO_KEPT=yes" >>"$HOME_DIR/run/.workspace"
    keep_settings "$HOME_DIR/run/.demo-settings"
    write_env "$(demo_env)"
  fi
  say "where to look next: $(where_next)"
}

# Like run_child, and ends as soon as a service has died: without it the batch would only stand still.
run_watched() {
  local status=0
  "$@" 9>&- &
  CHILD=$!
  while kill -0 "$CHILD" 2>/dev/null; do
    fail_if_one_died
    sleep 0.5
  done
  wait "$CHILD" || status=$?
  CHILD=
  # The client may have noticed first, and cannot say why.
  ((status == 0)) || fail_if_one_died
  return $status
}

fail_if_one_died() {
  local name log
  for name in $(names "${PREFIX}gateway-*") $(names "${PREFIX}sender-*") $(names "${PREFIX}simulator"); do
    if ! is_running "$name"; then
      log=$HOME_DIR/logs/$name.log
      # The progress line on a terminal has no end yet.
      [[ ! -t 1 ]] || say ""
      die "$name ended while the batch was under way, so the demo ends: $(last_words "$log") (log: $log)"
    fi
  done
}

# With `up` beside it, the demo must not overwrite the file that describes `up`.
demo_env() { echo "$HOME_DIR/${PREFIX%-}${PREFIX:+.}env"; }

where_next() {
  if [[ $KEEP == yes ]]; then
    echo "everything still runs; addresses and keys are in $(demo_env), ./hongyan down stops it"
  else
    echo "./hongyan demo --keep leaves everything running; README.md shows the calls; logs are in $HOME_DIR/logs"
  fi
}

# A database and a virtual host that are empty, and a Redis database without another simulator's tokens.
make_workspace() {
  local file=$HOME_DIR/run/.workspace
  keep_servers_own
  (umask 077 && echo "DEMO_PREFIX=$PREFIX" >"$file")
  (run_client prepare >>"$file") || die "the demo's database could not be made"
  if [[ ${KIND[redis]} == private ]]; then
    redis_flush $DEMO_REDIS_DATABASE
    echo "HONGYAN_REDIS_URL=$HONGYAN_REDIS_URL/$DEMO_REDIS_DATABASE" >>"$file"
  fi
  enter_workspace
  if [[ ! ${MANAGEMENT_URL:-} ]]; then
    say "no MANAGEMENT_URL: the demo uses the virtual host it was given; nobody else may consume there"
  fi
}

# From here on the addresses are those of the workspace.
enter_workspace() {
  local line
  while read -r line; do
    [[ $line != HONGYAN_* ]] || printf -v "${line%%=*}" %s "${line#*=}"
  done <"$HOME_DIR/run/.workspace"
}

keep_servers_own() {
  local name
  for name in "${ADDRESS_NAMES[@]}"; do SERVERS_OWN[$name]=${!name:-}; done
}

use_servers_own() {
  local name
  for name in "${!SERVERS_OWN[@]}"; do printf -v "$name" %s "${SERVERS_OWN[$name]}"; done
}

of_workspace() { sed -n "s/^$1=//p" "$HOME_DIR/run/.workspace"; }

# For `up`. A kept demo that still has its services is what runs here, so `up` repairs that; one that was stopped or
# broken off makes room. A demo that runs beside `up` is left alone.
resume_or_end_demo() {
  if is_kept_demo_here; then
    enter_workspace
    say "the kept demo goes on, in its own database; ./hongyan down ends it"
  elif [[ -f $HOME_DIR/run/.workspace && ! $(of_workspace DEMO_PREFIX) ]]; then
    stop_demo
  fi
}

is_kept_demo_here() {
  [[ -f $HOME_DIR/run/.workspace && ! $(of_workspace DEMO_PREFIX) && $(of_workspace DEMO_KEPT) && $(names 'gateway-*') ]]
}

# Ends an earlier demo, kept or broken off, and deletes its workspace. Needs the servers.
stop_demo() {
  local file=$HOME_DIR/run/.workspace workspace
  [[ -f $file ]] || return 0
  stop_services "$(of_workspace DEMO_PREFIX)"
  workspace=$(of_workspace DEMO_WORKSPACE)
  if [[ $workspace ]]; then
    discard_workspace "$workspace"
  fi
  rm -f "$file" "$HOME_DIR/run/.demo-settings" "$HOME_DIR/demo.env"
}

discard_workspace() {
  (export DEMO_WORKSPACE=$1 && run_client discard) || warn "the demo's database $1 is left behind"
}

# Leaves nothing running that this demo has started, unless it was asked to and was not interrupted.
end_demo() {
  local status=$1
  if [[ $KEEP == yes ]] && ((status < 128)); then
    return 0
  fi
  use_servers_own
  stop_demo
  stop_started
}
