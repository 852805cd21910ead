# shellcheck shell=bash
# Messages, failures, the home directory, its lock and its secrets. Every other part builds on this one.

# A failure that has been explained: the traps below add nothing to it, and the user sees exit code 1.
readonly EXPLAINED=70

HOME_DIR=${HONGYAN_HOME:-$ROOT/.hongyan}
[[ $HOME_DIR == /* ]] || HOME_DIR=$PWD/$HOME_DIR

# Commands to run, newest first, when the launcher ends for whatever reason.
ON_EXIT=()
# The process the launcher is waiting for (Maven, the demo's client, the chaos suite), ended with it.
CHILD=
# Seconds it may take to end once it was asked to.
CHILD_PATIENCE=60

say() { printf '%s\n' "$*"; }

warn() { printf 'hongyan: %s\n' "$*" >&2; }

die() {
  warn "$*"
  exit "$EXPLAINED"
}

on_error() {
  local status=$1 line=$2 file=$3
  if ((status != EXPLAINED && status < 128)); then
    warn "unexpected failure (exit $status) at ${file##*/}:$line, nothing more is done; logs are in $HOME_DIR/logs"
  fi
  exit "$EXPLAINED"
}

on_exit() {
  local status=$? step
  trap '' INT TERM HUP
  trap - ERR
  set +e
  if ((status > 128 && ${#ON_EXIT[@]})); then
    say ""
    say "interrupted; stopping what was started"
  fi
  if [[ $CHILD ]] && kill -0 "$CHILD" 2>/dev/null; then
    end_child
  fi
  for step in ${ON_EXIT[@]+"${ON_EXIT[@]}"}; do
    $step "$status"
  done
  if ((status == EXPLAINED)); then
    status=1
  fi
  exit "$status"
}

# Asks the child to end, waits, then kills it, with all that it has started if it leads a group of its own.
end_child() {
  local deadline=$((SECONDS + CHILD_PATIENCE))
  kill "$CHILD" 2>/dev/null
  while kill -0 "$CHILD" 2>/dev/null; do
    if ((SECONDS >= deadline)); then
      warn "pid $CHILD did not end within $CHILD_PATIENCE s and is killed"
      kill -KILL -- "-$CHILD" 2>/dev/null || kill -KILL "$CHILD" 2>/dev/null
      break
    fi
    sleep 0.1
  done
  wait "$CHILD" 2>/dev/null
}

trap 'on_error $? $LINENO "${BASH_SOURCE[0]:-}"' ERR
trap on_exit EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# Runs a command and waits for it, so that a signal to the launcher ends both at once.
run_child() {
  local status=0
  "$@" 9>&- &
  CHILD=$!
  wait "$CHILD" || status=$?
  CHILD=
  return $status
}

is_root() { [[ $EUID == 0 ]]; }

# PostgreSQL's user must be able to pass through; the files inside are private one by one.
make_home() {
  if [[ ! -d $HOME_DIR ]]; then
    mkdir -p "$HOME_DIR" 2>/dev/null || die "cannot create $HOME_DIR; set HONGYAN_HOME to a directory you may write to"
    chmod "$(is_root && echo 711 || echo 700)" "$HOME_DIR"
  fi
  [[ -O $HOME_DIR ]] || die "$HOME_DIR belongs to $(stat -c %U "$HOME_DIR"); run hongyan as that user, or set HONGYAN_HOME to a directory of your own"
  mkdir -p "$HOME_DIR/logs" "$HOME_DIR/run"
}

# One command at a time may start or stop things in a home. The lock goes with the process that holds it.
take_lock() {
  make_home
  exec 9>>"$HOME_DIR/lock"
  if ! flock --nonblock 9; then
    die "another hongyan command ($(cat "$HOME_DIR/lock-holder" 2>/dev/null)) is at work in $HOME_DIR; wait for it, or end it with Ctrl-C"
  fi
  printf '%s, pid %s' "$1" "$$" >"$HOME_DIR/lock-holder"
}

random_hex() { od -An -N "$1" -tx1 /dev/urandom | tr -d ' \n'; }

# Keys and passwords this home made for itself: NAME=value lines that only the owner can read.
# Those in the environment come first.
load_secrets() {
  local file=$HOME_DIR/keys line name
  [[ -f $file ]] || (umask 077 && : >"$file")
  while read -r line; do
    name=${line%%=*}
    [[ ${!name:-} ]] || printf -v "$name" %s "${line#*=}"
  done <"$file"
  need_secret HONGYAN_ADMIN_KEY "$(random_hex 32)"
  need_secret HONGYAN_MASTER_KEY "$(head -c 32 /dev/urandom | base64 | tr -d '\n')"
  need_secret SERVER_PASSWORD "$(random_hex 16)"
  need_secret DEMO_APP_SECRET "$(random_hex 16)"
}

need_secret() {
  local name=$1 value=$2
  if [[ ! ${!name:-} ]]; then
    printf -v "$name" %s "$value"
    printf '%s=%s\n' "$name" "$value" >>"$HOME_DIR/keys"
  fi
}

# The line of a log that says why a process ended: Spring Boot's description, the last cause, the last error, the last line.
last_words() {
  local log=$1 line
  [[ -s $log ]] || {
    echo "it wrote nothing"
    return
  }
  line=$(sed -n '/^Description:/,/^Action:/{/^Description:/d;/^Action:/d;/^[[:space:]]*$/d;s/^ *//;p;}' "$log" | tr '\n' ' ')
  [[ $line ]] || line=$(grep -a '^Caused by: ' "$log" | tail -n 1 || true)
  [[ $line ]] || line=$(grep -aiE 'error|fatal|exception' "$log" | grep -avE '^[[:space:]]+at ' | tail -n 1 || true)
  [[ $line ]] || line=$(grep -av '^[[:space:]]*$' "$log" | tail -n 1 || true)
  printf '%.300s' "${line% }"
}
