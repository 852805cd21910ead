package io.hongyan.gateway.webhook;

import org.jspecify.annotations.Nullable;

/**
 * A webhook that has deliveries to post, or to end because nobody may be posted to any more.
 *
 * @param url null if the webhook was deleted
 * @param secret encrypted; null if the webhook was deleted
 * @param failing whether the last post failed
 */
@SuppressWarnings("ArrayRecordComponent") // goes to the cipher as it is, and is never compared
record DueWebhook(
    String apiKeyId,
    @Nullable String url,
    byte @Nullable [] secret,
    Boolean failing,
    @Nullable String disabledReason,
    Boolean revoked) {

  static final String DELETED = "the webhook was deleted";

  /** Why nothing may be posted to it; null = something may. */
  @Nullable String ended() {
    if (url == null) {
      return DELETED;
    }
    if (revoked) {
      return "the API key was revoked";
    }
    return disabledReason == null ? null : "switched off: " + disabledReason;
  }
}
