package io.hongyan.gateway.callback;

import java.util.Locale;

/** Why a request to the callback endpoint is refused; the tag {@code reason} of its counter. */
enum Refusal {
  /** No such account, or none with a callback. */
  UNKNOWN_ACCOUNT,
  /** A parameter of the query is missing, repeated or not of its form. */
  QUERY,
  /** Not signed with the account's token. */
  SIGNATURE,
  /** Sent in plain to an account that is set to safe mode. */
  NOT_ENCRYPTED,
  /** What is encrypted cannot be decrypted, or is another account's. */
  ENCRYPTION,
  /** No XML or JSON of a message, or a field that is needed is missing. */
  UNREADABLE,
  /** The body is larger than allowed. */
  TOO_LARGE,
  /** Signed too long ago, or too far ahead, and not known. */
  STALE,
  /** The nonce has been used before, and the message is not known. */
  REPLAY;

  /** As it stands in metrics. */
  String tag() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
