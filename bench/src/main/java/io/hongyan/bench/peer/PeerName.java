package io.hongyan.bench.peer;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** The peers there are, and which options beyond the common ones each takes. */
@SuppressWarnings("ImmutableEnumChecker") // the sets are unmodifiable
enum PeerName {
  /** WxJava on platform threads with one log row a send: what Chinese teams publish. */
  WXJAVA_LOG("wxjava-log", Set.of(PeerOptions.THREADS, PeerOptions.CONNECTIONS)),
  /** The same without a record. */
  WXJAVA("wxjava", Set.of(PeerOptions.THREADS, PeerOptions.CONNECTIONS)),
  /** The design's steps without any framework. */
  FLOOR("floor", Set.of(PeerOptions.IN_FLIGHT)),
  /** The HTTP calls alone. */
  OKHTTP("okhttp", Set.of(PeerOptions.IN_FLIGHT)),
  /** The queue alone. */
  RABBIT("rabbit", Set.of(PeerOptions.IN_FLIGHT)),
  /** The rows alone. */
  POSTGRES("postgres", Set.of());

  private final String text;
  private final Set<String> options;

  PeerName(String text, Set<String> options) {
    this.text = text;
    this.options = options;
  }

  /** As on the command line. */
  String text() {
    return text;
  }

  boolean takes(String option) {
    return options.contains(option);
  }

  /** The options it takes beyond the common ones, in order. */
  String options() {
    return options.stream()
        .sorted()
        .map(option -> ", " + option + " N")
        .collect(Collectors.joining());
  }

  /** All of them, as on the command line. */
  static String all() {
    return Arrays.stream(values()).map(PeerName::text).collect(Collectors.joining(", "));
  }

  /** Throws IllegalArgumentException with a message for the user where there is none. */
  static PeerName of(String text) {
    return Arrays.stream(values())
        .filter(name -> name.text.equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no peer '%s'; there are %s".formatted(text, all())));
  }
}
