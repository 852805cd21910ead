package io.hongyan.simulator.control;

import io.hongyan.simulator.account.Callback;
import io.hongyan.simulator.account.CallbackFormat;
import io.hongyan.simulator.account.CallbackMode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a callback: {@code {"url","token","encodingAesKey","mode","format","originalId"}}, or
 * {@code "urls":[…]} in place of the address.
 */
final class CallbackInput {

  private static final int KEY_CHARACTERS = 43;
  private static final int KEY_BYTES = 32;

  private CallbackInput() {}

  static Callback read(String appid, ControlInput input) {
    input.asObject(
        Set.of("url", "urls", "token", "encodingAesKey", "mode", "format", "originalId"));
    ControlInput originalId = input.find("originalId");
    CallbackMode mode = oneOf(input.find("mode"), CallbackMode.values(), CallbackMode.PLAIN);
    return new Callback(
        urls(input),
        input.get("token").text(),
        aesKey(
            mode == CallbackMode.PLAIN
                ? input.find("encodingAesKey")
                : input.get("encodingAesKey")),
        mode,
        oneOf(input.find("format"), CallbackFormat.values(), CallbackFormat.XML),
        originalId == null ? "gh_" + appid : originalId.text());
  }

  private static List<URI> urls(ControlInput input) {
    ControlInput urls = input.find("urls");
    if (urls == null) {
      return List.of(url(input.get("url")));
    }
    if (input.find("url") != null) {
      throw urls.wrong("must not stand beside url");
    }
    if (urls.elements().isEmpty()) {
      throw urls.wrong("must not be empty");
    }
    return urls.elements().stream().map(CallbackInput::url).toList();
  }

  private static URI url(ControlInput input) {
    try {
      URI url = new URI(input.text());
      if ("http".equals(url.getScheme()) && url.getHost() != null && url.getFragment() == null) {
        return url;
      }
    } catch (URISyntaxException e) {
      throw input.wrong("is no address: " + e.getReason());
    }
    throw input.wrong("must be an address that begins with http://");
  }

  private static @Nullable String aesKey(@Nullable ControlInput input) {
    if (input == null) {
      return null;
    }
    String key = input.text();
    try {
      if (key.length() == KEY_CHARACTERS
          && Base64.getDecoder().decode(key + "=").length == KEY_BYTES) {
        return key;
      }
    } catch (IllegalArgumentException e) {
      throw input.wrong("must be 43 letters and digits that stand for 32 bytes");
    }
    throw input.wrong("must be 43 letters and digits that stand for 32 bytes");
  }

  private static <E extends Enum<E>> E oneOf(@Nullable ControlInput input, E[] values, E absent) {
    if (input == null) {
      return absent;
    }
    String name = input.text();
    return Arrays.stream(values)
        .filter(value -> nameOf(value).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                input.wrong(
                    "must be one of "
                        + String.join(
                            ", ", Arrays.stream(values).map(CallbackInput::nameOf).toList())));
  }

  private static String nameOf(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
