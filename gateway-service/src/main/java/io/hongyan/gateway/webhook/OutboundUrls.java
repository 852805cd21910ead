package io.hongyan.gateway.webhook;

import io.hongyan.gateway.web.ProblemException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.hc.core5.net.InetAddressUtils;
import org.springframework.stereotype.Component;

/** Checks a URL that a caller configures for us to post to. */
@Component
public class OutboundUrls {

  private static final int LIMIT = 2_048;
  private static final int LAST_PORT = 65_535;
  // Some look-ups take such a "name" for an address: 2130706433 and 0x7f.1 are 127.0.0.1.
  private static final Pattern OTHER_FIGURES = Pattern.compile("(.*\\.)?([0-9]+|0x[0-9a-f]*)");

  private final OutboundProperties properties;

  OutboundUrls(OutboundProperties properties) {
    this.properties = properties;
  }

  /**
   * The URL; answers 422 unless it is http or https with a host and nothing that is never sent, of
   * at most 2,048 characters. A private address in figures is refused here unless private ones are
   * allowed; what a name stands for is checked when it is called, since it may change any time.
   *
   * @param name the setting's name, for the problem's text
   */
  public URI check(String name, String text) {
    ProblemException.requireValid(
        !text.isEmpty() && text.length() <= LIMIT,
        "%s must be a URL of 1 to %,d characters".formatted(name, LIMIT));
    URI url = read(name, text);
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    ProblemException.requireValid(
        scheme.equals("https") || scheme.equals("http"),
        "%s must begin with https:// or http://".formatted(name));
    ProblemException.requireValid(
        url.getRawUserInfo() == null,
        "%s must not contain a user or a password; the signature says who posts".formatted(name));
    String host = url.getHost() == null ? "" : plain(url.getHost());
    ProblemException.requireValid(
        !host.isEmpty()
            && (isAddress(host) || !OTHER_FIGURES.matcher(host).matches())
            && url.getPort() != 0
            && url.getPort() <= LAST_PORT,
        "%s needs a host that is a name or an IP address in its usual form, and a port of 1 to 65,535 if one is given"
            .formatted(name));
    ProblemException.requireValid(
        url.getRawFragment() == null,
        "%s must not have a fragment (#): it is never sent".formatted(name));
    ProblemException.requireValid(
        properties.allowPrivateAddresses() || !isPrivate(host),
        "%s leads to a private address, which hongyan.outbound.allow-private-addresses must allow first"
            .formatted(name));
    return url;
  }

  private static URI read(String name, String text) {
    try {
      if (StandardCharsets.US_ASCII.newEncoder().canEncode(text)) {
        return new URI(text);
      }
    } catch (URISyntaxException e) {
      throw ProblemException.invalid(
          "%s is not a URL: %s at character %d"
              .formatted(name, e.getReason(), Math.max(0, e.getIndex()) + 1));
    }
    throw ProblemException.invalid(
        "%s must be ASCII: write other characters as %%XX, and those of a host as xn--"
            .formatted(name));
  }

  private static String plain(String host) {
    return host.toLowerCase(Locale.ROOT).replaceAll("^\\[|]$|\\.$", "");
  }

  private static boolean isAddress(String host) {
    return InetAddressUtils.isIPv4(host) || host.indexOf(':') >= 0;
  }

  private static boolean isPrivate(String host) {
    if (!isAddress(host)) {
      return host.equals("localhost") || host.endsWith(".localhost");
    }
    try {
      // In figures it is not looked up.
      return !PublicAddress.is(InetAddress.getByName(host));
    } catch (UnknownHostException e) {
      return true;
    }
  }
}
