package io.hongyan.gateway.callback;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {

  @Test
  void readsXmlWithAndWithoutCharacterData() throws Exception {
    Fields fields =
        read(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xml>\n <MsgType><![CDATA[text]]></MsgType>"
                + "<Content>a &lt; b &amp; <![CDATA[c > <d>]]>&#x8033;</Content><!-- no -->"
                + "<MsgId>4363689963896700987</MsgId><Empty/></xml>\n");

    assertThat(fields.format()).isEqualTo(MessageFormat.XML);
    assertThat(fields.values())
        .isEqualTo(
            Map.of(
                "MsgType", "text",
                "Content", "a < b & c > <d>耳",
                "MsgId", "4363689963896700987",
                "Empty", ""));
  }

  @Test
  void readsJsonAndKeepsNumbersAsTheyAreWritten() throws Exception {
    Fields fields =
        read(
            " {\"MsgType\":\"event\",\"MsgID\":3557254367693750277,\"big\":123456789012345678901234567890,"
                + "\"f\":1.50,\"b\":true,\"n\":null,\"text\":\"\\u8033\\n\"} ");

    assertThat(fields.format()).isEqualTo(MessageFormat.JSON);
    assertThat(fields.values())
        .isEqualTo(
            Map.of(
                "MsgType", "event",
                "MsgID", "3557254367693750277",
                "big", "123456789012345678901234567890",
                "f", "1.50",
                "b", "true",
                "text", "耳\n"));
  }

  @Test
  void leavesOutWhatIsNested() throws Exception {
    String location =
        "<xml><Event>location_select</Event><SendLocationInfo><Location_X>23</Location_X><Event>inner</Event>"
            + "</SendLocationInfo><EventKey>6</EventKey></xml>";
    String popup =
        "{\"Event\":\"subscribe_msg_popup_event\",\"List\":[{\"Event\":\"inner\"}],\"o\":{\"p\":{}},\"EventKey\":\"6\"}";

    assertThat(read(location).values())
        .isEqualTo(Map.of("Event", "location_select", "EventKey", "6"));
    assertThat(read(popup).values())
        .isEqualTo(Map.of("Event", "subscribe_msg_popup_event", "EventKey", "6"));
  }

  @Test
  void ofTwoFieldsWithOneNameTheFirstCounts() throws Exception {
    assertThat(read("<xml><a>1</a><a>2</a></xml>").find("a")).isEqualTo("1");
    assertThat(read("{\"a\":1,\"a\":2}").find("a")).isEqualTo("1");
  }

  @Test
  void replacesWhatNoDatabaseTakes() throws Exception {
    assertThat(read("<xml><a>x\u0000\u0008y</a></xml>").find("a")).isEqualTo("x\uFFFD\uFFFDy");
    Fields json = read("{\"a\":\"\\u0000\\ud800z\"}");
    assertThat(json.find("a")).isEqualTo("\uFFFD\uFFFDz");
    assertThat(Fields.storable("🎧\t\uFFFF")).isEqualTo("🎧\t\uFFFD");
    assertThat(
            Fields.read(new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xff, '"', '}'}).find("a"))
        .isEqualTo("\uFFFD");
  }

  @Test
  void takesAByteOrderMark() throws Exception {
    assertThat(read("\uFEFF<xml><a>1</a></xml>").find("a")).isEqualTo("1");
    assertThat(read("\uFEFF{\"a\":1}").find("a")).isEqualTo("1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "hello",
        "<xml>",
        "<xml><a></xml>",
        "<xml><a>1</a></xml><xml/>",
        "<html><a>1</a></html>",
        "<xml><a>&unknown;</a></xml>",
        "<xml><a>&#0;</a></xml>",
        "<xml a='1' a='2'/>",
        "{",
        "{\"a\":1",
        "{\"a\":1}{}",
        "{\"a\":1}]",
        "{'a':1}",
        "{\"a\":NaN}",
        "[{\"a\":1}]",
        "{\"a\":\"1}",
      })
  void refusesWhatIsNeither(String body) {
    refuses(body);
  }

  @Test
  void readsNoFileThroughAnEntity(@TempDir Path directory) throws Exception {
    Path secret = Files.writeString(directory.resolve("secret"), "s3cret");

    refuses(
        "<!DOCTYPE xml [<!ENTITY x SYSTEM \"%s\">]><xml><Content>&x;</Content></xml>"
            .formatted(secret.toUri()));
    refuses(
        "<!DOCTYPE xml SYSTEM \"%s\"><xml><Content>1</Content></xml>".formatted(secret.toUri()));
    refuses(
        "<xml><x:include xmlns:x=\"http://www.w3.org/2001/XInclude\" href=\"%s\">&y;</x:include></xml>"
            .formatted(secret.toUri()));
  }

  @Test
  void fetchesNothing() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          calls.incrementAndGet();
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/x.dtd";
    try {
      refuses("<!DOCTYPE xml SYSTEM \"%s\"><xml><a>1</a></xml>".formatted(url));
      refuses("<!DOCTYPE xml PUBLIC \"p\" \"%s\"><xml><a>1</a></xml>".formatted(url));
      refuses(
          "<!DOCTYPE xml [<!ENTITY %% p SYSTEM \"%s\"> %%p;]><xml><a>1</a></xml>".formatted(url));
      refuses("<!DOCTYPE xml [<!ENTITY e SYSTEM \"%s\">]><xml><a>&e;</a></xml>".formatted(url));
      read(
          "<xml xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"u %s\"><a>1</a></xml>"
              .formatted(url));
    } finally {
      server.stop(0);
    }
    assertThat(calls).hasValue(0);
  }

  @Test
  void refusesADocumentTypeBeforeItsEntitiesGrow() {
    StringBuilder laughs = new StringBuilder("<!DOCTYPE xml [<!ENTITY a0 \"lol\">");
    for (int i = 1; i <= 20; i++) {
      laughs.append("<!ENTITY a%d \"%s\">".formatted(i, "&a%d;".formatted(i - 1).repeat(10)));
    }
    laughs.append("]><xml><Content>&a20;</Content></xml>");
    String quadratic =
        "<!DOCTYPE xml [<!ENTITY a \"%s\">]><xml><Content>%s</Content></xml>"
            .formatted("x".repeat(20_000), "&a;".repeat(10_000));

    assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> {
          refuses(laughs.toString());
          refuses(quadratic);
        });
  }

  @Test
  void refusesWhatIsTooDeepOrTooMuch() throws Exception {
    assertThat(read("<xml><a>1</a>" + "<b>".repeat(15) + "</b>".repeat(15) + "</xml>").find("a"))
        .isEqualTo("1");
    refuses("<xml>" + "<b>".repeat(16) + "</b>".repeat(16) + "</xml>");
    refuses("<xml>" + "<b/>".repeat(2_000) + "</xml>");
    refuses("<a>".repeat(20_000));
    refuses("{\"a\":" + "[".repeat(17) + "]".repeat(17) + "}");
    refuses("{\"a\":" + "[".repeat(60_000));
    refuses("{\"a\":[" + "1,".repeat(9_000) + "1]}");
    refuses("{\"a\":" + "1".repeat(100) + "}");
    refuses("{\"" + "a".repeat(300) + "\":1}");
  }

  private static Fields read(String body) throws RefusedException {
    return Fields.read(body.getBytes(UTF_8));
  }

  private static void refuses(String body) {
    assertThatThrownBy(() -> read(body))
        .as(body.substring(0, Math.min(80, body.length())))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Refusal.UNREADABLE));
  }
}
