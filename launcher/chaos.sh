# shellcheck shell=bash
# shellcheck disable=SC2034 # KIND: read by other parts
# `chaos` and `soak`: a Java program that starts a whole stack of its own, breaks it while messages flow, and audits every
# message. This part gives it the programs and a place to keep its data.

# What a run needs beside the servers. The last one is the program itself.
readonly SUITE=(gateway-service sender-service wechat-simulator chaos-breaker chaos)

command_chaos() { run_suite chaos "$@"; }

command_soak() { run_suite soak "$@"; }

run_suite() {
  local command=$1 module status=0
  make_home
  # A home of its own: it runs beside `up`, and chaos and soak beside each other.
  HOME_DIR=$HOME_DIR/$command
  take_lock "$command"
  # Their processes are killed, stopped and cut off, so they are neither containers nor somebody else's.
  KIND=([rabbitmq]=private [redis]=private [postgres]=private)
  need_programs "${SERVERS[@]}"
  build "${SUITE[@]}"
  find_servers_dir
  for module in "${SUITE[@]}"; do keep_jar "$module"; done
  run_child suite "$@" || status=$?
  case $status in
    0) ;;
    # The command was wrong, and the program has said how.
    2) exit "$EXPLAINED" ;;
    *) die "$command failed; what and why stands above, the logs are in $HOME_DIR/logs" ;;
  esac
}

# Becomes the suite. In a session of its own, so that Ctrl-C reaches it once, through the launcher, and nothing that it
# has started at all: it stops its stack in its own order.
suite() {
  export JDK RABBITMQ_BIN REDIS_PROGRAM POSTGRES_BIN
  # The suite empties the data directory, so it is nobody's home.
  export STACK_ROOT=$ROOT STACK_HOME=$HOME_DIR STACK_DATA=$SERVERS_DIR/stack STACK_JARS=$HOME_DIR/jars
  EPMD=$(epmd_program)
  POSTGRES_USER=$(! is_root || echo postgres)
  export EPMD POSTGRES_USER
  exec setsid "$JDK/bin/java" -XX:+UseSerialGC -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8 \
    -jar "$HOME_DIR/jars/chaos.jar" "$@"
}
