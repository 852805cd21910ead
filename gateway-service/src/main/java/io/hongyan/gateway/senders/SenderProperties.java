package io.hongyan.gateway.senders;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where the senders are and how long one may take.
 *
 * @param url HONGYAN_SENDER_URL: addresses inside the company's network, comma-separated; when one
 *     cannot be reached the next is tried
 * @param connectTimeout longest wait for a connection to one of them
 * @param timeout longest wait for an answer; a sender may have to fetch a token and then ask WeChat
 */
@Validated
@ConfigurationProperties("hongyan.sender")
record SenderProperties(
    @DefaultValue("http://localhost:8081") List<String> url,
    @DefaultValue("2s") @DurationMin(millis = 10) Duration connectTimeout,
    @DefaultValue("30s") @DurationMin(millis = 10) Duration timeout) {

  SenderProperties {
    url = url.stream().map(String::strip).map(SenderProperties::checked).toList();
    if (url.isEmpty()) {
      throw new IllegalArgumentException(
          "hongyan.sender.url (HONGYAN_SENDER_URL) must name a sender, e.g. http://localhost:8081");
    }
  }

  /** The addresses, without a slash at the end. */
  List<URI> addresses() {
    return url.stream().map(URI::create).toList();
  }

  private static String checked(String text) {
    URI address = parse(text);
    boolean usable =
        ("http".equals(address.getScheme()) || "https".equals(address.getScheme()))
            && address.getHost() != null
            && address.getRawQuery() == null
            && address.getRawFragment() == null;
    if (!usable) {
      throw notAnAddress(text, null);
    }
    if (address.getRawUserInfo() != null) {
      // Not quoted: it would show the password.
      throw new IllegalArgumentException(
          "hongyan.sender.url must not contain a user or a password; the gateway has a credential of its own");
    }
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  private static URI parse(String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw notAnAddress(text, e);
    }
  }

  private static IllegalArgumentException notAnAddress(String text, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "hongyan.sender.url: '%s' is not an address like http://localhost:8081".formatted(text),
        cause);
  }
}
