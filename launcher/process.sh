# shellcheck shell=bash
# Processes and ports. run/<name> holds one line: pid, birth, port, fingerprint of the settings. A pid alone may belong
# to somebody else by now, so a process counts as ours only if it was also born when we wrote that line.

# What this call of the launcher has started, for commands that leave nothing running.
STARTED=()
# Ports given out by this call that nobody listens on yet.
PROMISED_PORTS=' '

birth_of() {
  local stat boot
  { stat=$(<"/proc/$1/stat") && boot=$(</proc/sys/kernel/random/boot_id); } 2>/dev/null || return 1
  # After the command's closing parenthesis: state is the first word, the start time the twentieth.
  read -ra stat <<<"${stat##*) }"
  [[ ${stat[0]} != Z ]] || return 1
  printf '%s:%s' "${boot%%-*}" "${stat[19]}"
}

remember() {
  local name=$1 pid=$2 port=$3 fingerprint=${4:--} birth
  birth=$(birth_of "$pid") || return 1
  printf '%s %s %s %s\n' "$pid" "$birth" "$port" "$fingerprint" >"$HOME_DIR/run/$name"
  STARTED+=("$name")
}

record_of() {
  [[ -f $HOME_DIR/run/$1 ]] && cut -d ' ' -f "$2" "$HOME_DIR/run/$1"
}

pid_of() {
  local pid birth now
  [[ -f $HOME_DIR/run/$1 ]] || return 1
  read -r pid birth _ <"$HOME_DIR/run/$1"
  now=$(birth_of "$pid") && [[ $now == "$birth" ]] || return 1
  echo "$pid"
}

is_running() { pid_of "$1" >/dev/null; }

port_of() { record_of "$1" 3; }

# Names of what runs, or ran and was not stopped by us, that match a pattern such as gateway-*.
names() {
  local file
  for file in "$HOME_DIR"/run/$1; do
    [[ ! -f $file ]] || echo "${file##*/}"
  done
}

# Ends a process: asks with a signal, waits, then kills.
stop_process() {
  local name=$1 patience=${2:-20} signal=${3:-TERM} pid deadline
  if pid=$(pid_of "$name"); then
    kill -"$signal" "$pid" 2>/dev/null || true
    deadline=$((SECONDS + patience))
    while is_running "$name"; do
      if ((SECONDS >= deadline)); then
        warn "$name (pid $pid) did not end within $patience s and is killed"
        kill -KILL "$pid" 2>/dev/null || true
        deadline=$((SECONDS + 10))
      fi
      sleep 0.1
    done
  fi
  rm -f "$HOME_DIR/run/$name"
}

# Runs each command beside the others and waits for all of them, and for nothing else that this shell has started.
all_at_once() {
  local command pids=()
  for command in "$@"; do
    # shellcheck disable=SC2086 # a command and its arguments in one word
    $command 9>&- &
    pids+=($!)
  done
  ((${#pids[@]} == 0)) || wait "${pids[@]}"
}

is_listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Sets PORT to the wanted port, or to the next free one, and says so. With "exactly", a taken port is a failure.
choose_port() {
  local what=$1 wanted=$2 exactly=${3:-} step=${4:-1}
  PORT=$wanted
  while is_listening "$PORT" || [[ $PROMISED_PORTS == *" $PORT "* ]]; do
    [[ $exactly != exactly ]] || die "port $wanted, which was asked for $what, is taken; free it or choose another"
    PORT=$((PORT + step))
    ((PORT < 65536)) || die "no free port for $what from $wanted upwards"
  done
  PROMISED_PORTS+="$PORT "
  if ((PORT != wanted)); then
    say "port $wanted is taken; $what uses $PORT"
  fi
}

# Whether a process of ours is the one that listens on its port. Between the choice of a port and the bind somebody else
# may have taken it, and would answer in its place.
is_at_its_port() {
  local pid port inode
  pid=$(pid_of "$1") || return 1
  printf -v port ':%04X' "$(port_of "$1")"
  # Fields: 2 local address, 4 state (0A is listening), 10 inode. Without IPv6 there is no tcp6.
  while read -r inode; do
    [[ -z $(find "/proc/$pid/fd" -lname "socket:\[$inode\]" -print -quit 2>/dev/null) ]] || return 0
  done < <(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v port="$port$" '$4 == "0A" && $2 ~ port { print $10 }')
  return 1
}

# The status code of a GET on this machine, or nothing.
http_status() {
  local port=$1 path=$2 code
  {
    exec 3<>"/dev/tcp/127.0.0.1/$port" || return 1
    printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' "$path" >&3
    read -r -t 5 _ code _ <&3 || code=
    exec 3>&-
  } 2>/dev/null
  echo "$code"
}

# Waits until a condition holds and it is our process that answers; fails when that dies first or the time is up, with one
# line that says where to look.
wait_until() {
  local what=$1 name=$2 log=$3 seconds=$4 deadline
  shift 4
  deadline=$((SECONDS + seconds))
  until is_at_its_port "$name" && "$@"; do
    is_running "$name" || die "$what ended while starting: $(last_words "$log") (log: $log)"
    ((SECONDS < deadline)) || die "$what did not answer within $seconds s: $(last_words "$log") (log: $log)"
    sleep 0.2
  done
}

# A fresh log for a new process; the one before is kept.
new_log() {
  local log=$HOME_DIR/logs/$1.log
  [[ ! -s $log ]] || mv -f "$log" "$log.1"
  (umask 077 && : >"$log")
}
