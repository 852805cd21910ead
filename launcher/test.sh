# shellcheck shell=bash
# shellcheck disable=SC2034 # ON_EXIT: read by other parts
# `test`: everything there is to try, on servers of its own.

command_test() {
  (($# == 0)) || die "test takes no options"
  make_home
  # Servers of its own: a test run never meets the data of `up`, and leaves none behind.
  HOME_DIR=$HOME_DIR/test
  take_lock test
  "$ROOT/launcher/test/run" || die "the launcher does not pass its own tests"
  load_secrets
  need_jdk
  need_maven
  ON_EXIT=(end_test)
  choose_servers
  if [[ $(servers_of_kind docker) ]]; then
    say "Docker answers: the integration tests start their own containers"
  else
    start_servers
  fi
  say "unit and integration tests"
  run_child run_tests || die "tests failed; what and why stands above, the reports are in */target/surefire-reports and */target/failsafe-reports"
  say "one run from end to end"
  demo_run
  short_chaos
  say "all tests passed"
}

run_tests() {
  local name
  for name in "${ADDRESS_NAMES[@]}"; do
    [[ ! ${!name:-} ]] || export "${name?}"
  done
  run_maven verify
}

# A round of two scenarios, so that the suite itself does not rot. It brings programs of its own, which a machine that has
# Docker may lack.
short_chaos() {
  if [[ $(servers_of_kind docker) && $(missing_packages "${SERVERS[@]}") ]]; then
    say "chaos was not tried: it runs RabbitMQ, Redis and PostgreSQL as programs, which this machine lacks"
    return
  fi
  say "one round of chaos"
  HONGYAN_HOME=$HOME_DIR run_child "$ROOT/hongyan" chaos sender-killed gateway-killed-in-release \
    --rounds 1 --messages 1000 --no-report || die "a round of chaos was not clean; what was found stands above"
}

end_test() {
  stop_everything
  if [[ $1 == 0 ]]; then
    wipe_data
  fi
}
