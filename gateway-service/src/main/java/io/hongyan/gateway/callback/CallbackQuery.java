package io.hongyan.gateway.callback;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The query that WeChat sends (wechat-api 6.1, 6.2), read from its text: the servlet's own reading
 * of parameters would take the body of a form for some, too.
 */
final class CallbackQuery {

  private static final Pattern TIMESTAMP = Pattern.compile("[0-9]{1,12}");
  private static final Pattern NONCE = Pattern.compile("[!-~]{1,64}");
  private static final String ENCRYPTED = "aes";
  private static final String RAW = "raw";

  private final Map<String, String> values;
  private final String timestamp;
  private final String nonce;

  private CallbackQuery(Map<String, String> values) throws RefusedException {
    this.values = values;
    this.timestamp = required(values, "timestamp");
    this.nonce = required(values, "nonce");
    if (!TIMESTAMP.matcher(timestamp).matches() || !NONCE.matcher(nonce).matches()) {
      throw refused("a parameter is not of its form");
    }
    String encryption = values.getOrDefault("encrypt_type", RAW);
    if (!encryption.equals(RAW) && !encryption.equals(ENCRYPTED)) {
      throw refused("an unknown encryption");
    }
  }

  /**
   * @param query as it was sent; null = there was none
   * @throws RefusedException if it is none of WeChat's
   */
  static CallbackQuery parse(@Nullable String query) throws RefusedException {
    Map<String, String> values = new HashMap<>();
    for (String pair : query == null ? new String[0] : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
      if (values.putIfAbsent(name, value) != null) {
        throw refused("a parameter is repeated");
      }
    }
    return new CallbackQuery(values);
  }

  private static String decoded(String text) throws RefusedException {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw refused("a parameter is not encoded as in a URL");
    }
  }

  private static String required(Map<String, String> values, String name) throws RefusedException {
    @Nullable String value = values.get(name);
    if (value == null) {
      throw refused(name + " is missing");
    }
    return value;
  }

  private static RefusedException refused(String message) {
    return new RefusedException(Refusal.QUERY, message);
  }

  /** As it is signed: digits. */
  String timestamp() {
    return timestamp;
  }

  /** The timestamp in seconds. */
  long second() {
    return Long.parseLong(timestamp);
  }

  String nonce() {
    return nonce;
  }

  String signature() throws RefusedException {
    return required(values, "signature");
  }

  /** The signature over the encrypted text. */
  String messageSignature() throws RefusedException {
    return required(values, "msg_signature");
  }

  /** Whether the body has an encrypted part. */
  boolean isEncrypted() {
    return ENCRYPTED.equals(values.get("encrypt_type"));
  }

  /** What the address is verified with. */
  Optional<String> echo() {
    return Optional.ofNullable(values.get("echostr"));
  }
}
