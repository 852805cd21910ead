package io.hongyan.gateway.callback;

import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;

/** What a post that was not refused is answered with over HTTP. */
sealed interface CallbackAnswer {

  /** 200 with a body. */
  record Body(MediaType type, String text) implements CallbackAnswer {

    private static final MediaType TEXT = utf8(MediaType.TEXT_PLAIN);
    private static final MediaType XML = utf8(MediaType.APPLICATION_XML);

    /** WeChat's word for: we have it, and there is nothing to say (wechat-api 6.3). */
    static Body success() {
      return text("success");
    }

    static Body text(String text) {
      return new Body(TEXT, text);
    }

    /** A reply in the format of the request. */
    static Body of(MessageFormat format, String text) {
      return new Body(format == MessageFormat.XML ? XML : MediaType.APPLICATION_JSON, text);
    }

    private static MediaType utf8(MediaType type) {
      return new MediaType(type, StandardCharsets.UTF_8);
    }
  }

  /** Cannot be taken now; said at once, so that WeChat asks again. */
  record Unavailable() implements CallbackAnswer {}

  /** None within the time that WeChat waits, so that it asks again. */
  record Withheld() implements CallbackAnswer {}
}
