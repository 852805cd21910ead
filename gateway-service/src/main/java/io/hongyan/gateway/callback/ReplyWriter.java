package io.hongyan.gateway.callback;

import io.hongyan.gateway.callback.PassiveReply.Article;
import java.io.StringWriter;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes a reply as the body that WeChat takes for it, in the format of the request, encrypted if
 * the request was (wechat-api 6.3). Thread-safe.
 */
@Component
final class ReplyWriter {

  private static final int NONCE_BYTES = 8;

  private final Clock clock;
  private final JsonFactory json = new JsonFactory();
  private final SecureRandom random = new SecureRandom();

  ReplyWriter(Clock clock) {
    this.clock = clock;
  }

  /** The reply to a message, from the account to the person. */
  String write(MessageFormat format, WeChatMessage message, PassiveReply reply) {
    StringBuilder xml = new StringBuilder("<xml>");
    return switch (format) {
      case XML -> {
        text(xml, "ToUserName", message.fromUser());
        text(xml, "FromUserName", message.toUser());
        number(xml, "CreateTime", now());
        content(xml, reply);
        yield xml.append("</xml>").toString();
      }
      case JSON ->
          object(
              out -> {
                out.writeStringProperty("ToUserName", message.fromUser());
                out.writeStringProperty("FromUserName", message.toUser());
                out.writeNumberProperty("CreateTime", now());
                content(out, reply);
              });
    };
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }

  private static void content(StringBuilder xml, PassiveReply reply) {
    switch (reply) {
      case PassiveReply.Text text -> {
        text(xml, "MsgType", "text");
        text(xml, "Content", text.content());
      }
      case PassiveReply.Image image -> {
        text(xml, "MsgType", "image");
        xml.append("<Image>");
        text(xml, "MediaId", image.mediaId());
        xml.append("</Image>");
      }
      case PassiveReply.News news -> {
        text(xml, "MsgType", "news");
        number(xml, "ArticleCount", news.articles().size());
        xml.append("<Articles>");
        news.articles().forEach(article -> article(xml, article));
        xml.append("</Articles>");
      }
    }
  }

  private static void article(StringBuilder xml, Article article) {
    xml.append("<item>");
    text(xml, "Title", article.title());
    text(xml, "Description", orEmpty(article.description()));
    text(xml, "PicUrl", orEmpty(article.picUrl()));
    text(xml, "Url", article.url());
    xml.append("</item>");
  }

  private static void content(JsonGenerator out, PassiveReply reply) {
    switch (reply) {
      case PassiveReply.Text text -> {
        out.writeStringProperty("MsgType", "text");
        out.writeStringProperty("Content", Fields.storable(text.content()));
      }
      case PassiveReply.Image image -> {
        out.writeStringProperty("MsgType", "image");
        out.writeObjectPropertyStart("Image");
        out.writeStringProperty("MediaId", image.mediaId());
        out.writeEndObject();
      }
      case PassiveReply.News news -> {
        out.writeStringProperty("MsgType", "news");
        out.writeNumberProperty("ArticleCount", news.articles().size());
        articles(out, news.articles());
      }
    }
  }

  private static void articles(JsonGenerator out, List<Article> articles) {
    out.writeArrayPropertyStart("Articles");
    for (Article article : articles) {
      out.writeStartObject();
      out.writeStringProperty("Title", Fields.storable(article.title()));
      out.writeStringProperty("Description", Fields.storable(orEmpty(article.description())));
      out.writeStringProperty("PicUrl", orEmpty(article.picUrl()));
      out.writeStringProperty("Url", article.url());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** The envelope around an encrypted reply, signed now. */
  String seal(MessageFormat format, AccountCallback callback, MessageCrypto crypto, byte[] reply) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    return envelope(
        format,
        callback,
        crypto.encrypt(reply),
        String.valueOf(now()),
        HexFormat.of().formatHex(nonce));
  }

  /** The envelope with a timestamp and a nonce that are given. */
  String envelope(
      MessageFormat format,
      AccountCallback callback,
      String encrypted,
      String timestamp,
      String nonce) {
    String signature = callback.sign(timestamp, nonce, encrypted);
    return switch (format) {
      case XML -> {
        StringBuilder xml = new StringBuilder("<xml>");
        text(xml, "Encrypt", encrypted);
        text(xml, "MsgSignature", signature);
        xml.append("<TimeStamp>").append(timestamp).append("</TimeStamp>");
        text(xml, "Nonce", nonce);
        yield xml.append("</xml>").toString();
      }
      case JSON ->
          object(
              out -> {
                out.writeStringProperty("Encrypt", encrypted);
                out.writeStringProperty("MsgSignature", signature);
                out.writeNumberProperty("TimeStamp", Long.parseLong(timestamp));
                out.writeStringProperty("Nonce", nonce);
              });
    };
  }

  private static void text(StringBuilder xml, String name, String value) {
    // A CDATA section ends at its first ]]>, so one in the text is parted between two sections.
    xml.append('<')
        .append(name)
        .append("><![CDATA[")
        .append(Fields.storable(value).replace("]]>", "]]]]><![CDATA[>"))
        .append("]]></")
        .append(name)
        .append('>');
  }

  private static void number(StringBuilder xml, String name, long value) {
    xml.append('<').append(name).append('>').append(value).append("</").append(name).append('>');
  }

  private String object(Properties properties) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = json.createGenerator(ObjectWriteContext.empty(), text)) {
      out.writeStartObject();
      properties.write(out);
      out.writeEndObject();
    }
    return text.toString();
  }

  /** Writes the properties of an object. */
  private interface Properties {
    void write(JsonGenerator out);
  }
}
