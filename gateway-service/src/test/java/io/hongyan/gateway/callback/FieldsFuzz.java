package io.hongyan.gateway.callback;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.StringReader;
import java.util.HashMap;
import java.util.Map;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Any bytes as WeChat's XML or JSON: refused, or fields that a database can store, the same when
 * the text is read again, and those that its tree has (for XML one without a document type).
 */
class FieldsFuzz {

  private static final String NUMBER = "-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?";
  private static final JsonMapper TREE =
      JsonMapper.builder()
          .enable(
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
              DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  @FuzzTest
  void readsFieldsThatCanBeStored(byte[] bytes) throws Exception {
    Fields fields;
    try {
      fields = Fields.read(bytes);
    } catch (RefusedException e) {
      assertThat(e.reason()).isEqualTo(Refusal.UNREADABLE);
      return;
    }
    fields.values().forEach(FieldsFuzz::assertStorable);
    assertStorable("text", fields.text());
    assertThat(read(fields.text()).values()).isEqualTo(fields.values());
    if (fields.format() == MessageFormat.JSON) {
      assertIsTree(fields);
    } else {
      assertIsDocument(fields);
    }
    assertIsMessageOrRefused(fields);
  }

  private static void assertStorable(String name, String text) {
    assertThat(new String(text.getBytes(UTF_8), UTF_8)).as("half a pair").isEqualTo(text);
    assertThat(text.indexOf(0)).as(name).isNegative();
  }

  private static Fields read(String text) {
    try {
      return Fields.read(text.getBytes(UTF_8));
    } catch (RefusedException e) {
      throw new AssertionError("read once, refused when read again", e);
    }
  }

  private static void assertIsTree(Fields fields) {
    JsonNode tree;
    try {
      tree = TREE.readTree(fields.text());
    } catch (MismatchedInputException e) {
      return; // a name that is there twice
    } catch (JacksonException e) {
      throw new AssertionError("no JSON for another reader", e);
    }
    Map<String, String> texts = new HashMap<>();
    for (Map.Entry<String, JsonNode> property : tree.properties()) {
      JsonNode value = property.getValue();
      if (value.isNumber()) {
        // The tree has its value; as it was written it is in the text only.
        String written = String.valueOf(fields.find(property.getKey()));
        assertThat(written).matches(NUMBER);
        assertThat(fields.text()).contains(written);
        texts.put(property.getKey(), written);
      } else if (!value.isContainer() && !value.isNull()) {
        texts.put(property.getKey(), Fields.storable(value.asString()));
      }
    }
    assertThat(fields.values()).isEqualTo(texts);
  }

  private static void assertIsDocument(Fields fields) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    DocumentBuilder builder = factory.newDocumentBuilder();
    builder.setErrorHandler(null);
    Element root =
        builder.parse(new InputSource(new StringReader(fields.text()))).getDocumentElement();
    Map<String, String> texts = new HashMap<>();
    for (Node child = root.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (child instanceof Element element && element.getElementsByTagName("*").getLength() == 0) {
        texts.putIfAbsent(element.getTagName(), element.getTextContent());
      }
    }
    assertThat(fields.values()).isEqualTo(texts);
  }

  private static void assertIsMessageOrRefused(Fields fields) {
    try {
      WeChatMessage message = MessageReader.read("mall", fields);
      assertThat(message.fromUser()).matches("[A-Za-z0-9_-]{1,64}");
      assertThat(message.key()).isNotBlank();
      if (message.isReceipt()) {
        assertThat(MessageReader.receiptMsgid(message)).isNotNegative();
        assertThat(message.fields()).containsKey("Status");
      }
    } catch (RefusedException e) {
      assertThat(e.reason()).isEqualTo(Refusal.UNREADABLE);
    }
  }
}
