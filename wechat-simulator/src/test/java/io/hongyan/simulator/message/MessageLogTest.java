package io.hongyan.simulator.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MessageLogTest {

  private static final Instant NOW = Instant.parse("2026-11-22T01:00:00Z");

  private final MessageLog log = new MessageLog(NOW);

  @Test
  void givesBackExactlyWhatItTook() {
    Random random = new Random(7);
    List<Submission> taken = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      // From nothing to more than a block's buffer, and some that can't be compressed.
      byte[] noise = new byte[i % 500 == 0 ? 100_000 : i % 50];
      random.nextBytes(noise);
      String data = "{\"thing1\":\"耳机" + Base64.getEncoder().encodeToString(noise) + "\"}";
      String clientMsgId = i % 10 == 0 ? null : "m" + i;
      taken.add(new Submission("wx" + i % 3, "o" + i % 100, "T" + i % 5, clientMsgId, data));
    }

    taken.forEach(submission -> log.accept(submission, NOW, Duration.ofMinutes(10)));

    List<AcceptedMessage> kept = log.find(new MessageQuery(null, null, 0, 10_000)).messages();
    assertThat(kept)
        .extracting(
            m -> new Submission(m.appid(), m.openid(), m.templateId(), m.clientMsgId(), m.data()))
        .isEqualTo(taken);
    assertThat(kept).extracting(AcceptedMessage::msgid).doesNotHaveDuplicates();
    assertThat(kept).extracting(AcceptedMessage::at).containsOnly(NOW);
  }

  @Test
  void findsAllMessagesOfOneIdInTheirOrder() {
    for (int i = 0; i < 1_000; i++) {
      log.accept(
          new Submission("wx1", "o" + i, "T", "same", "{\"i\":" + i + "}"), NOW, Duration.ZERO);
    }

    MessagePage page = log.find(new MessageQuery("same", null, 300, 100));

    assertThat(page.messages()).hasSize(100);
    assertThat(page.messages().getFirst().openid()).isEqualTo("o300");
    assertThat(page.messages().getLast().openid()).isEqualTo("o399");
    assertThat(page.next()).isEqualTo(400);
    assertThat(log.counts()).isEqualTo(new MessageCounts(1, 1_000, 1, 1, 0));
  }

  @Test
  void theLastPageHasNoNext() {
    for (int i = 0; i < 10; i++) {
      log.accept(new Submission("wx1", "oA", "T", "m" + i, "{}"), NOW, Duration.ZERO);
    }

    assertThat(log.find(new MessageQuery(null, null, 5, 5)).next()).isNull();
    assertThat(log.find(new MessageQuery(null, null, 0, 5)).next()).isEqualTo(5);
    assertThat(log.find(new MessageQuery(null, null, 10, 5)).messages()).isEmpty();
  }
}
