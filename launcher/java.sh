# shellcheck shell=bash
# shellcheck disable=SC2034 # PROGRAMS: read by other parts
# The JDK, Maven and the jars. `java` on PATH is often an old one, so newer ones are looked for where they are usually put.

readonly OLDEST_JAVA=21
JDK=

java_version() {
  local version
  if [[ -f $1/release ]]; then
    version=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9]*\).*/\1/p' "$1/release")
  else
    version=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
  fi
  echo "${version:-0}"
}

# Sets JDK to the first one that is new enough. A runtime without javac does not count, as the code is built here.
find_jdk() {
  local candidate on_path=
  [[ ! $JDK ]] || return 0
  if on_path=$(command -v javac 2>/dev/null); then
    on_path=$(readlink -f "$on_path")
  fi
  for candidate in "${JAVA_HOME:-}" "${on_path%/bin/javac}" /usr/lib/jvm/* /opt/java/* /usr/java/* "$HOME"/.sdkman/candidates/java/*; do
    if [[ $candidate && -x $candidate/bin/javac ]] && (($(java_version "$candidate") >= OLDEST_JAVA)); then
      JDK=$candidate
      return 0
    fi
  done
  return 1
}

need_jdk() {
  find_jdk || die "no JDK $OLDEST_JAVA or newer in JAVA_HOME, on PATH or in /usr/lib/jvm; install one (Debian 13, Ubuntu 24.04: $(as_admin)apt-get install openjdk-21-jdk-headless) or set JAVA_HOME"
}

need_maven() {
  command -v mvn >/dev/null || die "Maven is missing; install it (Debian/Ubuntu: $(as_admin)apt-get install maven) or put mvn on PATH"
}

# Becomes Maven: call it in a subshell or by run_child. Maven itself may run on the JDK it is used to, from 17 on; it
# compiles and tests with a newer one, which it finds in /usr/lib/jvm and in variables like JAVA21_HOME.
run_maven() {
  local java=${JAVA_HOME:+$JAVA_HOME/bin/java}
  java=$(readlink -f "$(command -v "${java:-java}")") || java=
  export JAVA21_HOME=$JDK
  if [[ ! $java ]] || (($(java_version "${java%/bin/java}") < 17)); then
    export JAVA_HOME=$JDK
  fi
  cd "$ROOT" || exit
  exec mvn -B "$@"
}

# The jar a module builds; fails when there is none.
jar_of() {
  local jar
  for jar in "$ROOT/$1/target/$1"-*.jar; do
    if [[ -f $jar && $jar != *-sources.jar && $jar != *-tests.jar && $jar != *-javadoc.jar ]]; then
      echo "$jar"
      return 0
    fi
  done
  return 1
}

# What `up`, `demo` and `test` start.
readonly PROGRAMS=(gateway-service sender-service wechat-simulator demo)

is_built() {
  local module jar library sources=("$ROOT/pom.xml")
  # What the programs have in them.
  for library in common-dto scheduled-jobs faulty-network private-stack; do
    sources+=("$ROOT/$library/pom.xml" "$ROOT/$library/src/main")
  done
  for module in "$@"; do
    jar=$(jar_of "$module") || return 1
    [[ -z $(find "${sources[@]}" "$ROOT/$module/pom.xml" "$ROOT/$module/src/main" -newer "$jar" -print -quit) ]] ||
      return 1
  done
}

# Makes the jars of these modules, unless they are newer than what they are made of. One build at a time: commands in
# other homes build in the same directories.
build() {
  need_jdk
  exec 8<"$ROOT/pom.xml"
  if ! flock --nonblock 8; then
    say "waiting for another command's build"
    run_child flock 8
  fi
  is_built "$@" || build_now "$@"
  exec 8<&-
}

build_now() {
  local log=$HOME_DIR/logs/build.log started=$SECONDS next=15 status=0 jars=() module
  need_maven
  say "building$(jar_of gateway-service >/dev/null || echo " (the first time Maven downloads its libraries, which takes minutes)")"
  run_maven -q -Dmaven.test.skip=true -pl "$(IFS=, && echo "$*")" -am package \
    >"$log" 2>&1 </dev/null 9>&- &
  CHILD=$!
  while kill -0 "$CHILD" 2>/dev/null; do
    sleep 1
    if ((SECONDS - started >= next)); then
      say "  still building, $next s"
      next=$((next + 15))
    fi
  done
  wait "$CHILD" || status=$?
  CHILD=
  if ((status != 0)); then
    die "the build failed: $(grep -am 1 '^\[ERROR\]' "$log" | cut -c 1-300) (log: $log)"
  fi
  for module in "$@"; do
    jars+=("$(jar_of "$module")") || die "the build left no jar in $ROOT/$module/target (log: $log)"
  done
  # Maven leaves an unchanged jar as it was; is_built compares times.
  touch "${jars[@]}"
  say "built in $((SECONDS - started)) s"
}
