package io.hongyan.gateway.callback;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.secret.Secret;
import io.hongyan.gateway.callback.PassiveReply.Article;
import io.hongyan.test.SettableClock;
import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import me.chanjar.weixin.mp.bean.message.WxMpXmlOutMessage;
import me.chanjar.weixin.mp.bean.message.WxMpXmlOutNewsMessage;
import me.chanjar.weixin.mp.builder.outxml.BaseBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReplyWriterTest {

  private static final WeChatMessage MESSAGE =
      new WeChatMessage(
          "mall", "gh_1", "oA", Instant.EPOCH, "text", null, null, 1L, "hi", Map.of(), "");

  private final ReplyWriter writer =
      new ReplyWriter(
          new SettableClock(Instant.ofEpochSecond(Long.parseLong(Vectors.V4_TIMESTAMP))));

  @ParameterizedTest
  @ValueSource(
      strings = {"你好", "", " a\nb ", "a ]]> b", "]]>", "]]]]>>", "<xml>&amp;\"'", "🎧", "]]]>]]"})
  void writesAnyText(String content) throws Exception {
    String xml = xml(new PassiveReply.Text(content));

    assertThat(Fields.read(xml.getBytes(UTF_8)).find("Content")).isEqualTo(content);
  }

  @Test
  void writesWhatWxJavaWrites() throws Exception {
    assertThat(tree(xml(new PassiveReply.Text("你好 <b>"))))
        .isEqualTo(tree(WxMpXmlOutMessage.TEXT().content("你好 <b>")));
    assertThat(tree(xml(new PassiveReply.Image("media-1"))))
        .isEqualTo(tree(WxMpXmlOutMessage.IMAGE().mediaId("media-1")));
    assertThat(
            tree(
                xml(
                    new PassiveReply.News(
                        List.of(
                            new Article("t1", "d1", "https://p", "https://u?a=1&b=2"),
                            new Article("t2", "d2", "https://q", "https://v"))))))
        .isEqualTo(
            tree(
                WxMpXmlOutMessage.NEWS()
                    .addArticle(article("t1", "d1", "https://p", "https://u?a=1&b=2"))
                    .addArticle(article("t2", "d2", "https://q", "https://v"))));
  }

  private static WxMpXmlOutNewsMessage.Item article(
      String title, String description, String picUrl, String url) {
    WxMpXmlOutNewsMessage.Item item = new WxMpXmlOutNewsMessage.Item();
    item.setTitle(title);
    item.setDescription(description);
    item.setPicUrl(picUrl);
    item.setUrl(url);
    return item;
  }

  private static List<String> tree(BaseBuilder<?, ? extends WxMpXmlOutMessage> builder)
      throws Exception {
    WxMpXmlOutMessage message = builder.build();
    message.setToUserName("oA");
    message.setFromUserName("gh_1");
    message.setCreateTime(Long.parseLong(Vectors.V4_TIMESTAMP));
    return tree(message.toXml());
  }

  /** Every text with its path, in any order. */
  private static List<String> tree(String xml) throws Exception {
    List<String> texts = new ArrayList<>();
    collect(
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(xml.getBytes(UTF_8)))
            .getDocumentElement(),
        "",
        texts);
    Collections.sort(texts);
    return texts;
  }

  private static void collect(Element element, String path, List<String> texts) {
    boolean leaf = true;
    String here = path + "/" + element.getTagName();
    int place = 0;
    for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (child instanceof Element nested) {
        leaf = false;
        collect(
            nested, here + "[" + (nested.getTagName().equals("item") ? place++ : 0) + "]", texts);
      }
    }
    if (leaf) {
      texts.add(here + "=" + element.getTextContent());
    }
  }

  @Test
  void replacesWhatXmlCannotSay() throws Exception {
    String xml = xml(new PassiveReply.Text("a\u0000\ud800b"));

    assertThat(Fields.read(xml.getBytes(UTF_8)).find("Content")).isEqualTo("a\uFFFD\uFFFDb");
  }

  @Test
  void writesJsonForARequestInJson() {
    JsonNode text = json(new PassiveReply.Text("a\n\"b\""));
    JsonNode image = json(new PassiveReply.Image("media-1"));
    JsonNode news =
        json(new PassiveReply.News(List.of(new Article("t", null, "https://p", "https://u"))));

    assertThat(text.toString())
        .isEqualTo(
            "{\"ToUserName\":\"oA\",\"FromUserName\":\"gh_1\",\"CreateTime\":1713424427,\"MsgType\":\"text\",\"Content\":\"a\\n\\\"b\\\"\"}");
    assertThat(image.at("/Image/MediaId").stringValue()).isEqualTo("media-1");
    assertThat(news.get("ArticleCount").intValue()).isEqualTo(1);
    assertThat(news.at("/Articles/0").toString())
        .isEqualTo(
            "{\"Title\":\"t\",\"Description\":\"\",\"PicUrl\":\"https://p\",\"Url\":\"https://u\"}");
  }

  @Test
  void writesTheEnvelopeOfThePublicExample() {
    JsonNode envelope =
        new JsonMapper()
            .readTree(
                writer.envelope(
                    MessageFormat.JSON,
                    callback(),
                    Vectors.V4_ENCRYPT,
                    Vectors.V4_TIMESTAMP,
                    Vectors.NONCE));

    assertThat(envelope.get("Encrypt").stringValue()).isEqualTo(Vectors.V4_ENCRYPT);
    assertThat(envelope.get("MsgSignature").stringValue()).isEqualTo(Vectors.V4_MSG_SIGNATURE);
    assertThat(envelope.get("TimeStamp").longValue()).isEqualTo(1_713_424_427L);
    assertThat(envelope.get("Nonce").stringValue()).isEqualTo(Vectors.NONCE);
  }

  @Test
  void sealsWithANonceOfItsOwnEachTime() throws Exception {
    Fields one = sealed();
    Fields other = sealed();

    assertThat(one.find("Nonce")).isNotEqualTo(other.find("Nonce"));
    assertThat(one.find("TimeStamp")).isEqualTo(Vectors.V4_TIMESTAMP);
    assertThat(Vectors.crypto().decrypt(String.valueOf(one.find("Encrypt"))))
        .isEqualTo("hi".getBytes(UTF_8));
  }

  private Fields sealed() throws RefusedException {
    return Fields.read(
        writer
            .seal(MessageFormat.XML, callback(), Vectors.crypto(), "hi".getBytes(UTF_8))
            .getBytes(UTF_8));
  }

  private static AccountCallback callback() {
    return new AccountCallback(
        "mall", CallbackMode.SAFE, new Secret(Vectors.TOKEN), Vectors.crypto());
  }

  private String xml(PassiveReply reply) {
    return writer.write(MessageFormat.XML, MESSAGE, reply);
  }

  private JsonNode json(PassiveReply reply) {
    return new JsonMapper().readTree(writer.write(MessageFormat.JSON, MESSAGE, reply));
  }
}
