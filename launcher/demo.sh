# shellcheck shell=bash
command_demo() { die "the demo needs the services, which are not built yet; up --infra-only starts the servers"; }
demo_run() { command_demo; }
stop_demo() { :; }
