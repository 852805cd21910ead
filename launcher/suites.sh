# shellcheck shell=bash
# shellcheck disable=SC2034 # KIND: read by other parts
# `chaos`, `soak` and `bench`: Java programs that start a whole stack of their own, and break it while messages flow and
# audit every message, or measure it. This part gives them the programs and a place to keep their data.

# What a run needs beside the servers. The last one is the program itself.
readonly CHAOS=(gateway-service sender-service wechat-simulator chaos-breaker chaos)
readonly BENCH=(gateway-service sender-service wechat-simulator bench)

command_chaos() { run_suite chaos "$@"; }

command_soak() { run_suite soak "$@"; }

command_bench() { run_suite bench "$@"; }

run_suite() {
  local command=$1 module modules=("${CHAOS[@]}") status=0
  [[ $command != bench ]] || modules=("${BENCH[@]}")
  make_home
  # A home of its own: it runs beside `up`, and each of them beside the others.
  HOME_DIR=$HOME_DIR/$command
  take_lock "$command"
  # Their processes are killed, cut off and measured, so they are neither containers nor somebody else's.
  KIND=([rabbitmq]=private [redis]=private [postgres]=private)
  need_programs "${SERVERS[@]}"
  build "${modules[@]}"
  find_servers_dir
  for module in "${modules[@]}"; do keep_jar "$module"; done
  run_child suite "$HOME_DIR/jars/$module.jar" "$@" || status=$?
  case $status in
    0) ;;
    # The command was wrong, and the program has said how.
    2) exit "$EXPLAINED" ;;
    *) die "$command failed; what and why stands above, the logs are in $HOME_DIR/logs" ;;
  esac
}

# Becomes the suite, a jar with its arguments. In a session of its own, so that Ctrl-C reaches it once, through the launcher, and nothing that it
# has started at all: it stops its stack in its own order.
suite() {
  export JDK RABBITMQ_BIN REDIS_PROGRAM POSTGRES_BIN
  # The suite empties the data directory, so it is nobody's home.
  export STACK_ROOT=$ROOT STACK_HOME=$HOME_DIR STACK_DATA=$SERVERS_DIR/stack STACK_JARS=$HOME_DIR/jars
  EPMD=$(epmd_program)
  POSTGRES_USER=$(! is_root || echo postgres)
  export EPMD POSTGRES_USER
  exec setsid "$JDK/bin/java" -XX:+UseSerialGC -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8 \
    -jar "$@"
}
