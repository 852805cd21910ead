package io.hongyan.chaos.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SubmitterTest {

  private static final String ACCEPTED =
      "{\"batchId\":\"0SA5VMDJVCMK2\",\"state\":\"releasing\",\"total\":450,\"rejected\":0}";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final AcceptanceRecord record = new AcceptanceRecord();
  private final Recipients recipients = Recipients.of("3-17", 450, 0.01, new Random(1));
  private StubGateway gateway;
  private Submitter submitter;

  @BeforeEach
  void startGateway() throws IOException {
    gateway = new StubGateway();
    submitter = new Submitter(gateway.addresses(), record);
  }

  @AfterEach
  void stopGateway() {
    gateway.close();
  }

  @Test
  void writesWhatWasAnsweredIntoTheRecord() {
    gateway.thenAnswer(202, ACCEPTED);

    AcceptedBatch batch = submitter.submit(submission(BodyFormat.CSV), LIMIT);

    assertThat(record.batches()).containsExactly(batch);
    assertThat(batch.batchId()).isEqualTo("0SA5VMDJVCMK2");
    assertThat(batch.total()).isEqualTo(450);
    assertThat(record.messages()).isEqualTo(450);
  }

  @ParameterizedTest
  @EnumSource(BodyFormat.class)
  void triesTheSameKeyAndBodyUntilItIsAnswered(BodyFormat format) {
    gateway.thenCut();
    gateway.thenAnswer(503, "{}");
    gateway.thenAnswer(409, "{\"type\":\"urn:hongyan:problem:still-receiving\"}");
    gateway.thenAnswer(429, "{}");
    gateway.thenAnswer(202, ACCEPTED);

    AcceptedBatch batch = submitter.submit(submission(format), LIMIT);

    assertThat(batch.attempts()).isEqualTo(5);
    assertThat(gateway.received()).hasSize(5);
    assertThat(gateway.received().stream().distinct()).hasSize(1);
    assertThat(gateway.received().getFirst().idempotencyKey()).isEqualTo("key-3-17");
    assertThat(record.batches()).hasSize(1);
  }

  @Test
  void aRefusalIsReportedWithItsAnswerAndNotTriedAgain() {
    gateway.thenAnswer(422, "{\"detail\":\"no such template\"}");

    assertThatThrownBy(() -> submitter.submit(submission(BodyFormat.JSON), LIMIT))
        .isInstanceOf(SubmitFailedException.class)
        .hasMessageContaining("key-3-17 was refused: 422")
        .hasMessageContaining("no such template");
    assertThat(record.batches()).isEmpty();
    assertThat(record.unansweredKeys()).isEmpty();
  }

  @Test
  void anUnansweredKeyIsRemembered() {
    gateway.close();

    assertThatThrownBy(() -> submitter.submit(submission(BodyFormat.JSON), Duration.ofMillis(300)))
        .isInstanceOf(SubmitFailedException.class)
        .hasMessageContaining("was not answered within PT0.3S");
    assertThat(record.unansweredKeys()).containsExactly("key-3-17");
  }

  @Test
  void jsonHasItsSettingsBeforeItsRecipients() {
    gateway.thenAnswer(202, ACCEPTED);
    Instant expiry = Instant.parse("2030-01-01T00:00:00Z");

    submitter.submit(submission(BodyFormat.JSON).asUrgent().expiring(expiry).limitedTo(200), LIMIT);

    StubGateway.Received received = gateway.received().getFirst();
    assertThat(received.request()).isEqualTo("POST /v1/batches");
    JsonNode body = JsonMapper.shared().readTree(received.body());
    assertThat(body.propertyNames())
        .containsExactly(
            "account", "template", "priority", "expireAt", "ratePerSecond", "recipients");
    assertThat(body.get("recipients").size()).isEqualTo(450);
    assertThat(body.get("recipients").get(449).get("ref").stringValue()).isEqualTo("3-17-450");
  }

  @Test
  void ndjsonAndCsvHaveTheirSettingsInTheAddress() {
    gateway.thenAnswer(202, ACCEPTED);
    gateway.thenAnswer(202, ACCEPTED);

    submitter.submit(submission(BodyFormat.NDJSON).asUrgent(), LIMIT);
    submitter.submit(submission(BodyFormat.CSV).limitedTo(200), LIMIT);

    List<StubGateway.Received> received = gateway.received();
    assertThat(received)
        .extracting(StubGateway.Received::request)
        .containsExactly(
            "POST /v1/batches?account=chaos-1&template=order-paid&priority=urgent",
            "POST /v1/batches?account=chaos-1&template=order-paid&ratePerSecond=200");
    assertThat(received.get(0).body().lines()).hasSize(450);
    assertThat(received.get(1).body().lines())
        .hasSize(451)
        .startsWith("openid,ref,thing1,character_string2")
        .element(1)
        .isEqualTo("o3-17-1,3-17-1,headphones 1,A-1");
  }

  @Test
  void aListenerHearsOfEveryPieceBeforeItGoesOut() {
    gateway.thenCut();
    gateway.thenAnswer(202, ACCEPTED);
    List<String> heard = new ArrayList<>();

    submitter.submit(
        submission(BodyFormat.CSV),
        LIMIT,
        piece -> heard.add("%d:%d/%d".formatted(piece.attempt(), piece.index(), piece.count())));

    assertThat(heard).containsExactly("1:0/3", "1:1/3", "1:2/3", "2:0/3", "2:1/3", "2:2/3");
  }

  @Test
  void knowsWhetherARepeatedRequestIsAnsweredWithTheSameBatch() {
    gateway.thenAnswer(202, ACCEPTED);
    gateway.thenAnswer(202, ACCEPTED);
    gateway.thenAnswer(202, ACCEPTED.replace("0SA5VMDJVCMK2", "0SA5VMDTZCPS4"));
    Submission submission = submission(BodyFormat.CSV);
    AcceptedBatch batch = submitter.submit(submission, LIMIT);

    boolean first = submitter.isAnsweredAgain(submission, batch, LIMIT);
    boolean second = submitter.isAnsweredAgain(submission, batch, LIMIT);

    assertThat(first).isTrue();
    assertThat(second).isFalse();
    assertThat(record.batches()).hasSize(1);
  }

  private Submission submission(BodyFormat format) {
    ChaosAccount account = new ChaosAccount("chaos-1", "wxchaos-1", "secret");
    return Submission.of(account, recipients, "key-3-17", format);
  }
}
