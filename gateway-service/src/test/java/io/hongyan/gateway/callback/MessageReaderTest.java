package io.hongyan.gateway.callback;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import me.chanjar.weixin.mp.bean.message.WxMpXmlMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageReaderTest {

  private static final String HEAD =
      "<ToUserName><![CDATA[gh_7f083739789a]]></ToUserName><FromUserName><![CDATA[oia2TjuEGTNoeX76QEjQNrcURxG8]]></FromUserName><CreateTime>1395658984</CreateTime>";

  @Test
  void readsATextMessageAsWxJavaDoes() throws Exception {
    String xml =
        xml(
            "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[ 你好 <b> ]]></Content><MsgId>4363689963896700987</MsgId>");

    WeChatMessage message = read(xml);

    WxMpXmlMessage wxJava = WxMpXmlMessage.fromXml(xml);
    assertThat(message.toUser()).isEqualTo(wxJava.getToUser()).isEqualTo("gh_7f083739789a");
    assertThat(message.fromUser()).isEqualTo(wxJava.getFromUser());
    assertThat(message.createTime()).isEqualTo(Instant.ofEpochSecond(wxJava.getCreateTime()));
    assertThat(message.type()).isEqualTo("text");
    assertThat(message.msgId()).isEqualTo(wxJava.getMsgId()).isEqualTo(4363689963896700987L);
    assertThat(message.content()).isEqualTo(wxJava.getContent()).isEqualTo(" 你好 <b> ");
    assertThat(message.event()).isNull();
    assertThat(message.eventKey()).isNull();
    assertThat(message.account()).isEqualTo("mall");
    assertThat(message.body()).isEqualTo(xml);
  }

  @Test
  void readsAnEventAsWxJavaDoes() throws Exception {
    String xml =
        xml(
            "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[subscribe]]></Event><EventKey><![CDATA[qrscene_123]]></EventKey><Ticket><![CDATA[T]]></Ticket>");

    WeChatMessage message = read(xml);

    WxMpXmlMessage wxJava = WxMpXmlMessage.fromXml(xml);
    assertThat(message.event()).isEqualTo(wxJava.getEvent()).isEqualTo("subscribe");
    assertThat(message.eventKey()).isEqualTo(wxJava.getEventKey()).isEqualTo("qrscene_123");
    assertThat(message.msgId()).isNull();
    assertThat(message.content()).isNull();
    assertThat(message.fields()).containsEntry("Ticket", "T");
    assertThat(message.isReceipt()).isFalse();
  }

  @Test
  void keepsAReceiptsMsgIdApartAndWhole() throws Exception {
    WeChatMessage receipt = read(Vectors.V7_MESSAGE);

    assertThat(receipt.isReceipt()).isTrue();
    assertThat(receipt.msgId()).as("that would be a message's own").isNull();
    assertThat(MessageReader.receiptMsgid(receipt)).isEqualTo(3557254367693750277L);
    assertThat(receipt.fields()).containsEntry("Status", "failed:user block");
    assertThat(receipt.key())
        .isEqualTo(
            "TEMPLATESENDJOBFINISH|oia2TjuEGTNoeX76QEjQNrcURxG8|3557254367693750277|failed:user block");
    WxMpXmlMessage wxJava = WxMpXmlMessage.fromXml(Vectors.V7_MESSAGE);
    assertThat(wxJava.getStatus()).isEqualTo("failed:user block");
  }

  @Test
  void readsAReceiptInJsonAndOneThatNamesNoMessage() throws Exception {
    String json =
        "{\"ToUserName\":\"gh_1\",\"FromUserName\":\"oA\",\"CreateTime\":1395658984,\"MsgType\":\"event\",\"Event\":\"TEMPLATESENDJOBFINISH\",\"MsgID\":%s,\"Status\":\"success\"}";

    assertThat(MessageReader.receiptMsgid(read(json.formatted("9223372036854775807"))))
        .isEqualTo(Long.MAX_VALUE);
    assertThat(MessageReader.receiptMsgid(read(json.formatted("\"3557254367693750277\""))))
        .isEqualTo(3557254367693750277L);
    assertThat(MessageReader.receiptMsgid(read(json.formatted("0")))).isZero();
    assertThat(MessageReader.receiptMsgid(read(json.formatted("null")))).isZero();
    refuses(json.formatted("9223372036854775808"));
    refuses(json.formatted("1.5"));
    refuses(json.formatted("-1"));
    refuses(json.formatted("1").replace(",\"Status\":\"success\"", ""));
  }

  @Test
  void readsThePublicJsonExample() throws Exception {
    WeChatMessage message = read(Vectors.V3_MESSAGE);

    assertThat(message.event()).isEqualTo("debug_demo");
    assertThat(message.fields()).containsEntry("debug_str", "hello world");
    assertThat(message.createTime()).isEqualTo(Instant.ofEpochSecond(1_714_112_445));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ToUserName", "FromUserName", "CreateTime", "MsgType", "Event"})
  void refusesAMessageThatLacksWhatEveryOneHas(String field) {
    String whole = "<xml>" + HEAD + "<MsgType>event</MsgType><Event>CLICK</Event></xml>";

    refuses(whole.replaceAll("<%s>.*</%s>".formatted(field, field), ""));
    refuses(
        whole.replaceAll(
            "<%s>.*</%s>".formatted(field, field), "<%s> </%s>".formatted(field, field)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<CreateTime>-1</CreateTime>",
        "<CreateTime>1e9</CreateTime>",
        "<CreateTime>9999999999999</CreateTime>",
        "<CreateTime>1395658984.5</CreateTime>"
      })
  void refusesWhatIsNoTime(String createTime) {
    refuses(
        xml("<MsgType>text</MsgType>").replace("<CreateTime>1395658984</CreateTime>", createTime));
  }

  @Test
  void refusesAPersonThatIsNoOpenidAndAMsgIdThatIsNoNumber() {
    refuses(xml("<MsgType>text</MsgType>").replace("oia2TjuEGTNoeX76QEjQNrcURxG8", "o A"));
    refuses(xml("<MsgType>text</MsgType>").replace("oia2TjuEGTNoeX76QEjQNrcURxG8", "o".repeat(65)));
    refuses(xml("<MsgType>text</MsgType><MsgId>x</MsgId>"));
    refuses(xml("<MsgType>text</MsgType><MsgId>99999999999999999999</MsgId>"));
    refuses(xml("<MsgType>" + "t".repeat(129) + "</MsgType>"));
  }

  private static String xml(String more) {
    return "<xml>" + HEAD + more + "</xml>";
  }

  private static WeChatMessage read(String body) throws RefusedException {
    return MessageReader.read("mall", Fields.read(body.getBytes(UTF_8)));
  }

  private static void refuses(String body) {
    assertThatThrownBy(() -> read(body))
        .as(body)
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Refusal.UNREADABLE));
  }
}
