# shellcheck shell=bash
# Settings of the services that mean nothing to the launcher: every exported HONGYAN_* name but those below, and
# SERVER_ADDRESS. They are kept for the next call, so that a killed service comes back as it was.

# The home, keys, addresses and ports have places of their own; DEMO_* and the like are no settings.
readonly NO_SETTINGS=" HONGYAN_HOME HONGYAN_ADMIN_KEY HONGYAN_MASTER_KEY HONGYAN_GATEWAY_PORT HONGYAN_SENDER_PORT HONGYAN_SIMULATOR_PORT HONGYAN_SENDER_URL HONGYAN_WECHAT_BASE_URL ${ADDRESS_NAMES[*]} "

is_setting() {
  [[ $1 =~ ^(HONGYAN_[A-Z0-9_]+|SERVER_ADDRESS)$ && $NO_SETTINGS != *" $1 "* ]]
}

# The exported settings that have a value: NAME=value lines, always in the same order.
exported_settings() {
  local name
  for name in $(compgen -e | LC_ALL=C sort); do
    if is_setting "$name" && [[ ${!name} ]]; then
      [[ ${!name} != *$'\n'* ]] || die "$name has a line break in it, which no setting has"
      printf '%s=%s\n' "$name" "${!name}"
    fi
  done
}

# Exports what a file has kept, except what the caller has exported; an empty value forgets a setting.
recall_settings() {
  local file=$1 line name recalled=()
  if [[ -f $file ]]; then
    while read -r line; do
      name=${line%%=*}
      if is_setting "$name" && [[ ! -v $name ]]; then
        export "${line?}"
        recalled+=("$name")
      fi
    done <"$file"
  fi
  # A service would take an empty value for a setting.
  for name in $(compgen -e); do
    if is_setting "$name" && [[ ! ${!name} ]]; then unset "$name"; fi
  done
  if ((${#recalled[@]})); then
    say "settings of an earlier call hold: ${recalled[*]} (an empty value, as in ${recalled[0]}= ./hongyan up, forgets one)"
  fi
}

keep_settings() {
  local file=$1
  (umask 077 && exported_settings >"$file.new") || die "the settings could not be kept in $file"
  mv -f "$file.new" "$file"
}
