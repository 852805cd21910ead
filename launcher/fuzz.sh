# shellcheck shell=bash
# `fuzz`: looks for inputs that break a parser of outside bytes, for as long as one likes. Needs no servers.

# The modules with parsers; each has a FuzzIT that starts its targets.
readonly FUZZED=(common-dto gateway-service sender-service)

fuzz_targets() {
  find "${FUZZED[@]/#/$ROOT/}" -path '*/src/test/*' -name '*Fuzz.java' -exec basename {} .java \; | sort
}

command_fuzz() {
  local minutes=10 target='' choice=() targets
  while (($#)); do
    case $1 in
      --minutes)
        [[ ${2:-} =~ ^[1-9][0-9]{0,4}$ ]] || die "--minutes takes a whole number (got '${2:-}')"
        minutes=$2
        shift
        ;;
      -*) die "fuzz does not know '$1'; it takes a target and --minutes" ;;
      *)
        [[ ! $target ]] || die "fuzz takes one target at most"
        target=$1
        ;;
    esac
    shift
  done
  targets=$(fuzz_targets)
  if [[ $target ]]; then
    grep -qx -- "$target" <<<"$targets" || die "there is no fuzz target '$target'; there are ${targets//$'\n'/, }"
    choice=(-Dfuzz.target="$target")
  fi
  make_home
  need_jdk
  need_maven
  say "fuzzing ${target:-${targets//$'\n'/, }} for $minutes min each, as many at a time as there are processors"
  run_child run_fuzz "$minutes" "${choice[@]}" \
    || die "fuzzing found something; the input stands above and is kept beside the seeds, where every later run tries it first"
  say "nothing found"
}

# The formatter's check and the other tests are `test`'s.
run_fuzz() {
  local minutes=$1
  shift
  run_maven -q -pl "$(IFS=, && echo "${FUZZED[*]}")" -am verify -Dspotless.check.skip -Dtest=None -Dit.test=FuzzIT \
    -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false -Dfuzz.duration="${minutes}m" "$@"
}
