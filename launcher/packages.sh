# shellcheck shell=bash
# shellcheck disable=SC2034 # where the programs are: read by other parts
# Finds the server programs on this machine and installs them from Debian's or Ubuntu's packages where that is allowed.

RABBITMQ_BIN=
REDIS_PROGRAM=
POSTGRES_BIN=

readonly RABBITMQ_PLACES=(/usr/lib/rabbitmq/bin /opt/rabbitmq/sbin /usr/local/sbin /opt/homebrew/sbin)
readonly POSTGRES_PLACES=('/usr/lib/postgresql/*/bin' '/usr/pgsql-*/bin' /usr/local/pgsql/bin /usr/local/bin)

# What to write before a command that only root may run.
as_admin() { is_root || echo "sudo "; }

# The scripts themselves: the wrappers in /usr/sbin switch to the user rabbitmq.
find_rabbitmq() {
  local place
  for place in "${RABBITMQ_PLACES[@]}"; do
    if [[ -x $place/rabbitmq-server ]] && command -v erl >/dev/null; then
      RABBITMQ_BIN=$place
      return 0
    fi
  done
  return 1
}

find_redis() {
  REDIS_PROGRAM=$(command -v redis-server || command -v valkey-server)
}

# The newest version there is, wherever it is.
find_postgres() {
  local pattern place newest=0 version
  for pattern in "${POSTGRES_PLACES[@]}" "$(dirname "$(command -v initdb || echo /nowhere/initdb)")"; do
    for place in $pattern; do
      if [[ -x $place/initdb && -x $place/postgres && -x $place/psql ]]; then
        version=$("$place/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
        if ((version > newest)); then
          newest=$version
          POSTGRES_BIN=$place
        fi
      fi
    done
  done
  ((newest > 0))
}

# The packages that are missing for the given servers, one line.
missing_packages() {
  local server missing=()
  for server in "$@"; do
    case $server in
      rabbitmq) find_rabbitmq || missing+=(rabbitmq-server) ;;
      redis) find_redis || missing+=(redis-server) ;;
      postgres) find_postgres || missing+=(postgresql) ;;
    esac
  done
  echo "${missing[*]}"
}

# Makes sure that the programs of the given servers are there.
need_programs() {
  local missing log=$HOME_DIR/logs/packages.log admin=() where=
  missing=$(missing_packages "$@")
  if [[ $missing ]]; then
    if [[ " $missing " == *" postgresql "* ]]; then
      where=" (PostgreSQL was looked for on PATH and in ${POSTGRES_PLACES[*]})"
    fi
    command -v apt-get >/dev/null ||
      die "missing on this machine: $missing$where; install them with your system's package manager, or give addresses in HONGYAN_RABBITMQ_URL, HONGYAN_REDIS_URL and HONGYAN_DATABASE_URL"
    if ! is_root; then
      sudo -n true 2>/dev/null ||
        die "missing on this machine: $missing$where; run: sudo apt-get install $missing"
      admin=(sudo -n)
    fi
    say "installing $missing"
    # A machine that starts every installed server should not: Hongyan runs its own instances.
    # shellcheck disable=SC2086 # one word a package
    if ! run_child ${admin[@]+"${admin[@]}"} env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
      sh -c 'apt-get update -q && apt-get install -y -q --no-install-recommends "$@"' apt $missing >"$log" 2>&1; then
      die "could not install: $(grep -am 1 '^E: ' "$log" || last_words "$log"); run: $(as_admin)apt-get install $missing (log: $log)"
    fi
  fi
  for server in "$@"; do
    "find_$server" || die "$server was installed, but its programs were not found$where; see $log"
  done
}
