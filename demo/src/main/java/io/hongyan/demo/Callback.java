package io.hongyan.demo;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;

/**
 * Tells gateway and simulator where and how WeChat posts what it has to say of an account, so that
 * each message that was taken gets its delivery receipt.
 */
final class Callback {

  private static final int AES_KEY_BYTES = 32;
  private static final int TOKEN_BYTES = 16;
  private static final int AES_KEY_CHARACTERS = 43;

  private final Stack stack;
  private final SecureRandom random = new SecureRandom();

  Callback(Stack stack) {
    this.stack = stack;
  }

  /** Sets the same on both sides, in safe mode with a token and a key of its own. */
  void connect(DemoAccount account) {
    String token = HexFormat.of().formatHex(bytes(TOKEN_BYTES));
    String aesKey = aesKey();
    stack
        .gateway()
        .put(
            "/v1/accounts/%s/callback".formatted(account.id()),
            Map.of("mode", "safe", "token", token, "encodingAesKey", aesKey));
    stack
        .simulator()
        .put(
            "/_sim/accounts/%s/callback".formatted(account.appId()),
            Map.of(
                "url",
                "%s/wechat/%s/callback".formatted(stack.gatewayAddress(), account.id()),
                "token",
                token,
                "encodingAesKey",
                aesKey,
                "mode",
                "safe",
                "format",
                "xml",
                "originalId",
                "gh_" + account.id()));
  }

  /** 43 letters and digits, as WeChat's console makes them. */
  private String aesKey() {
    String key;
    do {
      key = Base64.getEncoder().withoutPadding().encodeToString(bytes(AES_KEY_BYTES));
    } while (key.length() != AES_KEY_CHARACTERS
        || !key.chars().allMatch(Character::isLetterOrDigit));
    return key;
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
