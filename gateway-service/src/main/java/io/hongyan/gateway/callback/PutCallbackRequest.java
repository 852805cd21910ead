package io.hongyan.gateway.callback;

import io.hongyan.common.secret.Secret;
import io.hongyan.gateway.web.ProblemException;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code PUT /v1/accounts/{id}/callback}: the same settings as in WeChat's console, and who
 * answers.
 *
 * @param mode {@code plain}, {@code compatible} or {@code safe}
 * @param token left out = the stored one stays
 * @param encodingAesKey left out = the stored one stays; plain mode needs none
 * @param replyUrl left out = none
 * @param newReplySecret true = the stored secret that signs the posts to {@code replyUrl} ends
 */
record PutCallbackRequest(
    @Nullable String mode,
    @Nullable Secret token,
    @Nullable Secret encodingAesKey,
    @Nullable String replyUrl,
    @Nullable Boolean newReplySecret) {

  // What WeChat's console takes (wechat-api 6.1).
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9]{3,32}");

  /** Answers 422 for a value that is not allowed, whatever is stored. */
  CallbackMode check() {
    CallbackMode known =
        CallbackMode.ofText(mode == null ? "" : mode)
            .orElseThrow(
                () ->
                    ProblemException.invalid(
                        "mode must be one of %s, as in WeChat's console"
                            .formatted(
                                Arrays.stream(CallbackMode.values())
                                    .map(CallbackMode::text)
                                    .toList())));
    ProblemException.requireValid(
        token == null || TOKEN.matcher(token.reveal()).matches(),
        "token must be 3 to 32 of A-Z, a-z and 0-9, the same as in WeChat's console");
    ProblemException.requireValid(
        encodingAesKey == null || isKey(encodingAesKey),
        "encodingAesKey must be the 43 characters of EncodingAESKey in WeChat's console, without a '=' at the end");
    ProblemException.requireValid(
        replyUrl != null || !wantsNewReplySecret(), "newReplySecret needs a replyUrl");
    return known;
  }

  boolean wantsNewReplySecret() {
    return Boolean.TRUE.equals(newReplySecret);
  }

  private static boolean isKey(Secret key) {
    try {
      MessageCrypto unused = new MessageCrypto(key, "");
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
