# shellcheck shell=bash
command_doctor() { die "not there yet"; }
