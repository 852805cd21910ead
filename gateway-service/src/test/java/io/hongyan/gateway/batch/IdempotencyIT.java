package io.hongyan.gateway.batch;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyIT {

  private static final String QUERY = "?account=twice&template=order-paid";
  private static final String GOOD =
      "{\"openid\":\"oA1\",\"data\":{\"thing1\":\"耳机\",\"amount2\":\"¥1\"}}\n";
  private static final RunningGateway GATEWAY = RunningGateway.shared();

  private final String key = "key:" + UUID.randomUUID();

  @BeforeAll
  static void anAccount() {
    GATEWAY.createAccount("twice");
  }

  @Test
  void answersTheSameRequestWithTheFirstAnswer() {
    int before = batches();

    Answer first = send(key, QUERY, GOOD + "{\"openid\":\"oA2\"}");
    Answer again = send(key, QUERY, GOOD + "{\"openid\":\"oA2\"}");

    assertThat(first.status()).isEqualTo(202);
    assertThat(first.header("Idempotency-Replayed")).isEmpty();
    assertThat(again.status()).isEqualTo(202);
    assertThat(again.header("Idempotency-Replayed")).contains("true");
    assertThat(again.text()).isEqualTo(first.text());
    assertThat(again.header("Location")).isEqualTo(first.header("Location"));
    assertThat(again.header("Content-Type")).isEqualTo(first.header("Content-Type"));
    assertThat(batches()).isEqualTo(before + 1);
  }

  @Test
  void refusesTheKeyForAnotherBodyOrOtherSettings() {
    assertThat(send(key, QUERY, GOOD).status()).isEqualTo(202);
    int before = batches();

    Answer otherBody = send(key, QUERY, GOOD.replace("¥1", "¥2"));
    Answer otherSettings = send(key, QUERY + "&priority=urgent", GOOD);

    assertThat(otherBody.status()).isEqualTo(422);
    assertThat(otherBody.problem()).isEqualTo("idempotency-key-reused");
    assertThat(otherSettings.problem()).isEqualTo("idempotency-key-reused");
    assertThat(batches()).isEqualTo(before);
  }

  @Test
  void takesSettingsInAnyOrderAsTheSame() {
    Answer first = send(key, QUERY, GOOD);

    Answer again = send(key, "?template=order-paid&account=twice", GOOD);

    assertThat(again.text()).isEqualTo(first.text());
  }

  @Test
  void keepsTheKeysOfDifferentCallersApart() {
    String other = GATEWAY.createKey("[\"send\"]", "[\"twice\"]");
    Answer first = send(key, QUERY, GOOD);

    Answer answer = GATEWAY.send(request(other, key, QUERY, GOOD));

    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.header("Idempotency-Replayed")).isEmpty();
    assertThat(answer.text()).isNotEqualTo(first.text());
  }

  @Test
  void leavesTheKeyFreeAfterARefusal() {
    assertThat(send(key, QUERY, "{oops").status()).isEqualTo(400);
    assertThat(send(key, QUERY, "{\"openid\":\"o\"}").status()).isEqualTo(422);

    assertThat(send(key, QUERY, GOOD).status()).isEqualTo(202);
  }

  @Test
  void forgetsAKeyAfterAWeek() {
    Answer first = send(key, QUERY, GOOD);
    Database.execute(
        "update idempotency set created_at = created_at - interval '7 days 1 second' where key = '%s'"
            .formatted(key));

    Answer later = send(key, QUERY, GOOD);

    assertThat(later.status()).isEqualTo(202);
    assertThat(later.header("Idempotency-Replayed")).isEmpty();
    assertThat(later.text()).isNotEqualTo(first.text());
  }

  @Test
  void refusesASecondRequestWhileTheFirstIsBeingReceived() throws IOException {
    try (Upload first = upload()) {
      first.send(GOOD);
      Awaitility.await().until(IdempotencyIT::isLocked);

      Answer second = send(key, QUERY, GOOD);
      String answer = first.finish();

      assertThat(second.status()).isEqualTo(409);
      assertThat(second.problem()).isEqualTo("still-receiving");
      assertThat(second.header("Retry-After")).isPresent();
      assertThat(answer).startsWith("HTTP/1.1 202");
    }
    assertThat(send(key, QUERY, GOOD).header("Idempotency-Replayed")).contains("true");
  }

  @Test
  void freesTheKeyWhenTheUploadBreaksOff() throws IOException {
    try (Upload broken = upload()) {
      broken.send(GOOD.repeat(10_000));
      Awaitility.await().until(IdempotencyIT::isLocked);
    }

    Awaitility.await().until(() -> !isLocked());
    assertThat(send(key, QUERY, GOOD).status()).isEqualTo(202);
    assertThat(Orphans.count()).isZero();
  }

  @Test
  void makesOneBatchOfManyRequestsAtOnce() throws Exception {
    int before = batches();
    CountDownLatch go = new CountDownLatch(1);
    List<Future<Answer>> futures = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 12; i++) {
        Callable<Answer> call =
            () -> {
              go.await();
              return send(key, QUERY, GOOD + GOOD.replace("oA1", "oA2"));
            };
        futures.add(threads.submit(call));
      }
      go.countDown();
      List<String> accepted = new ArrayList<>();
      for (Future<Answer> future : futures) {
        Answer answer = future.get(30, SECONDS);
        assertThat(answer.status()).isIn(202, 409);
        if (answer.status() == 202) {
          accepted.add(answer.text());
        }
      }
      assertThat(accepted).isNotEmpty();
      assertThat(accepted.stream().distinct()).hasSize(1);
    }
    assertThat(batches()).isEqualTo(before + 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a/b", "ключ"})
  void refusesWhatIsNoKey(String text) throws IOException {
    try (Upload upload =
        Upload.chunked(
            GATEWAY,
            "/v1/batches" + QUERY,
            "application/x-ndjson",
            Map.of("Idempotency-Key", text))) {
      upload.send(GOOD);

      assertThat(upload.finish()).startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void takesAKeyOf64AndNotOf65() {
    String prefix = UUID.randomUUID().toString();

    assertThat(send(prefix + "x".repeat(28), QUERY, GOOD).status()).isEqualTo(202);
    assertThat(send(prefix + "x".repeat(29), QUERY, GOOD).status()).isEqualTo(400);
  }

  private Upload upload() throws IOException {
    return Upload.chunked(
        GATEWAY, "/v1/batches" + QUERY, "application/x-ndjson", Map.of("Idempotency-Key", key));
  }

  private static boolean isLocked() {
    return Database.count(
            "pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())")
        > 0;
  }

  private static int batches() {
    return Database.count("batch where account_id = 'twice'");
  }

  private static Answer send(String key, String query, String body) {
    return GATEWAY.send(request(Upload.ADMIN_KEY, key, query, body));
  }

  private static HttpRequest.Builder request(String apiKey, String key, String query, String body) {
    return HttpRequest.newBuilder(GATEWAY.uri("/v1/batches" + query))
        .header("Authorization", "Bearer " + apiKey)
        .header("Content-Type", "application/x-ndjson")
        .header("Idempotency-Key", key)
        .POST(BodyPublishers.ofString(body));
  }
}
