package io.hongyan.gateway.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** What WeChat takes as a reply. */
class ReplyDraftTest {

  private static final JsonMapper JSON = new JsonMapper();

  @Test
  void aTextHas2048BytesAtMost() throws Exception {
    String full = "鸿".repeat(682) + "ab";

    assertThat(text(full).check()).isEqualTo(new PassiveReply.Text(full));
    assertThatExceptionOfType(InvalidReplyException.class)
        .isThrownBy(() -> text(full + "c").check())
        .withMessageContaining("2,048 bytes");
  }

  @Test
  void aTextIsWhatXmlCanCarry() throws Exception {
    assertThat(text("two\nlines\tand 😀").check()).isNotNull();
    for (String bad : List.of("\0", "a\u0008", "a\uD800", "a\uFFFF", "  \n")) {
      assertThatExceptionOfType(InvalidReplyException.class).isThrownBy(() -> text(bad).check());
    }
  }

  @Test
  void newsHasOneToEightArticles() throws Exception {
    assertThat(news(8).check()).isInstanceOf(PassiveReply.News.class);
    assertThatExceptionOfType(InvalidReplyException.class).isThrownBy(() -> news(0).check());
    assertThatExceptionOfType(InvalidReplyException.class).isThrownBy(() -> news(9).check());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{} ; type must be",
        "{\"type\":\"voice\"} ; type must be",
        "{\"type\":\"forward\"} ; type must be",
        "{\"type\":\"text\"} ; content",
        "{\"type\":\"text\",\"content\":\"x\",\"mediaId\":\"m\"} ; mediaId does not belong",
        "{\"type\":\"image\"} ; mediaId",
        "{\"type\":\"image\",\"mediaId\":\"a b\"} ; mediaId",
        "{\"type\":\"news\",\"articles\":[null]} ; articles[0]",
        "{\"type\":\"news\",\"articles\":[{\"title\":\"t\",\"url\":\"ftp://x\"}]} ; articles[0].url",
        "{\"type\":\"news\",\"articles\":[{\"title\":\"t\"}]} ; articles[0].url",
        "{\"type\":\"news\",\"articles\":[{\"url\":\"https://x\"}]} ; articles[0].title",
        "{\"type\":\"news\",\"articles\":[{\"title\":\"t\",\"url\":\"https://x\",\"picUrl\":\"x\"}]} ; articles[0].picUrl",
      })
  void whatIsWrongIsNamed(String json, String problem) {
    ReplyDraft draft = JSON.readValue(json, ReplyDraft.class);

    assertThatExceptionOfType(InvalidReplyException.class)
        .isThrownBy(draft::check)
        .withMessageContaining(problem);
  }

  @Test
  void itIsStoredAsItWasWritten() {
    String json = "{\"type\":\"news\",\"articles\":[{\"title\":\"t\",\"url\":\"https://x\"}]}";

    assertThat(JSON.writeValueAsString(JSON.readValue(json, ReplyDraft.class))).isEqualTo(json);
  }

  @Test
  void aKeptReplyIsReadAgain() {
    for (PassiveReply reply :
        Arrays.asList(
            null,
            new PassiveReply.Text("鸿雁"),
            new PassiveReply.Image("m"),
            new PassiveReply.News(
                List.of(new PassiveReply.Article("t", null, "https://p", "https://u"))))) {
      KeptReply kept = new KeptReply(KeptReply.Result.REPLIED, reply);

      assertThat(KeptReply.decode(kept.encode())).contains(kept);
    }
    assertThat(KeptReply.decode("{\"result\":\"REPLIED\",\"reply\":{\"type\":\"voice\"}}"))
        .isEmpty();
    assertThat(KeptReply.decode("null")).isEmpty();
  }

  private static ReplyDraft text(String content) {
    return new ReplyDraft("text", content, null, null);
  }

  private static ReplyDraft news(int articles) {
    return new ReplyDraft(
        "news",
        null,
        null,
        Collections.nCopies(
            articles, new ReplyDraft.ArticleDraft("t", "d", "https://p/1.png", "https://u")));
  }
}
