# shellcheck shell=bash
# `status` and `logs`: what runs and what it wrote. Nothing is changed, so neither takes the lock.

command_status() {
  (($# == 0)) || die "status takes no options"
  local name
  [[ -d $HOME_DIR/run ]] || {
    say "nothing was started in $HOME_DIR"
    return
  }
  if [[ ! $(names '*') ]]; then
    say "nothing runs in $HOME_DIR; ./hongyan up starts it"
    return
  fi
  printf '%-18s %-9s %-7s %s\n' NAME PID PORT HEALTH
  for name in $(names 'rabbitmq') $(names 'redis') $(names 'postgres') $(names '*gateway-*') $(names '*sender-*') $(names '*simulator'); do
    printf '%-18s %-9s %-7s %s\n' "$name" "$(pid_of "$name" || echo -)" "$(port_of "$name")" "$(health_in_words "$name")"
  done
  [[ ! -f $HOME_DIR/env ]] || status_of_wechat
}

health_in_words() {
  local code
  if ! is_running "$1"; then
    echo "ended; ./hongyan up starts it again (log: $HOME_DIR/logs/$1.log)"
    return
  fi
  case $(kind_of "$1") in
    gateway | sender | simulator)
      code=$(http_status "$(port_of "$1")" "${HEALTH_OF[$(kind_of "$1")]}")
      case $code in
        200) echo up ;;
        '') echo "does not answer (log: $HOME_DIR/logs/$1.log)" ;;
        *) echo "not well, HTTP $code: http://127.0.0.1:$(port_of "$1")${HEALTH_OF[$(kind_of "$1")]} says why" ;;
      esac
      ;;
    *) if is_listening "$(port_of "$1")"; then echo up; else echo "does not answer (log: $HOME_DIR/logs/$1.log)"; fi ;;
  esac
}

status_of_wechat() {
  local wechat
  wechat=$(of_env HONGYAN_WECHAT_BASE_URL)
  [[ $wechat ]] || return 0
  if [[ $wechat == "$(of_env SIMULATOR_URL)" ]]; then
    say "messages go to the simulator, $wechat"
  else
    say "messages go to the real WeChat, $wechat"
  fi
}

command_logs() {
  local name='' follow=() log
  while (($#)); do
    case $1 in
      -f) follow=(-F) ;;
      -*) die "logs does not know '$1'; it takes a name and -f" ;;
      *) name=$1 ;;
    esac
    shift
  done
  compgen -G "$HOME_DIR/logs/*.log" >/dev/null || die "there are no logs yet in $HOME_DIR"
  if [[ ! $name && ${follow[*]-} ]]; then
    exec tail -n 20 -F "$HOME_DIR"/logs/*.log
  fi
  if [[ ! $name ]]; then
    for log in "$HOME_DIR"/logs/*.log; do
      [[ ! -f $log ]] || printf '%-20s %s\n' "$(basename "$log" .log)" "$log"
    done
    return
  fi
  log=$HOME_DIR/logs/$name.log
  [[ -f $log ]] || die "there is no log '$name' in $HOME_DIR/logs; ./hongyan logs lists them"
  exec tail -n 200 "${follow[@]}" "$log"
}
