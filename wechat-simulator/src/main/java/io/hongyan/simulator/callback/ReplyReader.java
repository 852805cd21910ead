package io.hongyan.simulator.callback;

import io.hongyan.simulator.account.Callback;
import io.hongyan.simulator.account.CallbackFormat;
import io.hongyan.simulator.account.CallbackMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads an answer as WeChat would (wechat-api 6.3) and says what is wrong with a bad one. */
final class ReplyReader {

  private static final int OK = 200;
  private static final int LONGEST_TEXT_BYTES = 2_048;
  private static final int MOST_ARTICLES = 8;
  private static final Pattern SECONDS = Pattern.compile("[0-9]{10}");
  private static final byte[] SUCCESS = "success".getBytes(StandardCharsets.US_ASCII);

  private ReplyReader() {}

  /**
   * @param openid who gets the reply
   */
  static Reading read(Callback callback, String appid, String openid, int status, byte[] body) {
    if (status != OK) {
      return new Reading.Bad("status " + status);
    }
    if (body.length == 0 || Arrays.equals(body, SUCCESS)) {
      return new Reading.Taken();
    }
    try {
      return new Reading.Reply(
          reply(callback, openid, decrypted(callback, appid, parse(callback, body))));
    } catch (BadReplyException e) {
      return new Reading.Bad(e.problem());
    }
  }

  private static ReplyFields parse(Callback callback, byte[] body) throws BadReplyException {
    return callback.format() == CallbackFormat.XML
        ? XmlReplyFields.parse(body)
        : JsonReplyFields.parse(body);
  }

  /** What is inside an encrypted answer; one that is not encrypted as it is, where it may be so. */
  private static ReplyFields decrypted(Callback callback, String appid, ReplyFields answer)
      throws BadReplyException {
    String encrypted = answer.text("Encrypt");
    String aesKey = callback.encodingAesKey();
    if (encrypted == null) {
      if (callback.mode() == CallbackMode.SAFE) {
        throw new BadReplyException("the reply is not encrypted");
      }
      return answer;
    }
    if (!callback.mode().encrypts() || aesKey == null) {
      throw new BadReplyException("the reply is encrypted");
    }
    String signature =
        Signature.of(
            callback.token(), required(answer, "TimeStamp"), required(answer, "Nonce"), encrypted);
    if (!signature.equals(required(answer, "MsgSignature"))) {
      throw new BadReplyException("MsgSignature does not fit");
    }
    return parse(
        callback,
        new MessageCrypto(aesKey, appid).decrypt(encrypted).getBytes(StandardCharsets.UTF_8));
  }

  private static ObjectNode reply(Callback callback, String openid, ReplyFields reply)
      throws BadReplyException {
    if (!required(reply, "ToUserName").equals(openid)) {
      throw new BadReplyException("ToUserName is not who wrote");
    }
    if (!required(reply, "FromUserName").equals(callback.originalId())) {
      throw new BadReplyException("FromUserName is not the account");
    }
    if (!SECONDS.matcher(required(reply, "CreateTime")).matches()) {
      throw new BadReplyException("CreateTime is no time in seconds");
    }
    String type = required(reply, "MsgType");
    ObjectNode shown = JsonNodeFactory.instance.objectNode().put("type", type);
    switch (type) {
      case "text" -> shown.put("content", text(required(reply, "Content")));
      case "image" -> shown.put("mediaId", mediaId(reply));
      case "news" -> shown.set("articles", articles(reply));
      default -> throw new BadReplyException("MsgType " + type + " is not known");
    }
    return shown;
  }

  private static String text(String content) throws BadReplyException {
    if (content.getBytes(StandardCharsets.UTF_8).length > LONGEST_TEXT_BYTES) {
      throw new BadReplyException("Content is longer than 2048 bytes");
    }
    return content;
  }

  private static String mediaId(ReplyFields reply) throws BadReplyException {
    ReplyFields image = reply.part("Image");
    if (image == null) {
      throw new BadReplyException("Image is missing");
    }
    return required(image, "MediaId");
  }

  private static ArrayNode articles(ReplyFields reply) throws BadReplyException {
    List<ReplyFields> articles = reply.articles();
    if (articles.isEmpty() || articles.size() > MOST_ARTICLES) {
      throw new BadReplyException("there must be 1 to 8 articles");
    }
    if (!required(reply, "ArticleCount").equals(Integer.toString(articles.size()))) {
      throw new BadReplyException("ArticleCount does not fit");
    }
    ArrayNode shown = JsonNodeFactory.instance.arrayNode();
    for (ReplyFields article : articles) {
      shown
          .addObject()
          .put("title", required(article, "Title"))
          .put("description", orNull(article, "Description"))
          .put("picUrl", orNull(article, "PicUrl"))
          .put("url", required(article, "Url"));
    }
    return shown;
  }

  private static String required(ReplyFields fields, String name) throws BadReplyException {
    String text = fields.text(name);
    if (text == null || text.isEmpty()) {
      throw new BadReplyException(name + " is missing");
    }
    return text;
  }

  private static @Nullable String orNull(ReplyFields fields, String name) {
    String text = fields.text(name);
    return text == null || text.isEmpty() ? null : text;
  }
}
