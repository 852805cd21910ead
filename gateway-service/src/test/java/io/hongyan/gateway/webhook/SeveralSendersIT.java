package io.hongyan.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.network.FaultyProxy;
import io.hongyan.test.TestServers;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Gateways that post at the same time, without their database, and without leave to. */
@ExtendWith(OutputCaptureExtension.class)
class SeveralSendersIT {

  private static final Map<String, String> POSTING =
      Map.of(
          "hongyan.webhook.enabled", "true",
          "hongyan.webhook.poll", "20ms",
          "hongyan.outbound.allow-private-addresses", "true",
          "hongyan.release.enabled", "false");

  @Test
  void twoGatewaysPostEachDeliveryOnce() {
    try (Receiver receiver = new Receiver();
        RunningGateway one = RunningGateway.start(POSTING);
        RunningGateway other = RunningGateway.start(POSTING)) {
      one.createAccount("wh-mall");
      KeyHolder erp = KeyHolder.create(one);
      erp.put(receiver.url());

      Told told = Told.batch(erp, 300);
      IntStream.rangeClosed(1, 300).parallel().forEach(told::fail);

      awaitDelivered(told, 300);
      assertThat(receiver.ids()).hasSize(300).doesNotHaveDuplicates();
      assertThat(other.bean(WebhookSender.class).isRunning()).isTrue();
    }
  }

  @Test
  void whatFailsWhileTheDatabaseIsAwayIsToldLater(CapturedOutput output) {
    URI database = URI.create(TestServers.get().databaseUrl().substring("jdbc:".length()));
    try (FaultyProxy proxy = new FaultyProxy(database.getHost(), database.getPort());
        Receiver receiver = new Receiver()) {
      Map<String, String> settings = new HashMap<>(POSTING);
      settings.put(
          "HONGYAN_DATABASE_URL",
          "jdbc:postgresql://127.0.0.1:%d%s".formatted(proxy.port(), database.getPath()));
      settings.put("spring.datasource.hikari.connection-timeout", "500");
      try (RunningGateway gateway = RunningGateway.start(settings)) {
        gateway.createAccount("wh-mall");
        KeyHolder erp = KeyHolder.create(gateway);
        erp.put(receiver.url());
        Told told = Told.batch(erp, 20);
        // The answer is given while the database is away: it is known, but cannot be stored. Only
        // the first post cuts it off: one that comes late would do so again when it is back.
        AtomicBoolean cut = new AtomicBoolean();
        receiver.answers(
            request -> {
              if (cut.compareAndSet(false, true)) {
                proxy.cut();
              }
              return Receiver.status(200);
            });

        IntStream.rangeClosed(1, 20).forEach(told::fail);
        await().until(() -> output.getOut().contains("database away, webhooks wait for it"));
        List<String> posted = receiver.ids();
        receiver.answers(200);
        proxy.restore();

        awaitDelivered(told, 20);
        assertThat(receiver.ids()).as("kept answers are not asked for again").hasSize(20);
        assertThat(new HashSet<>(receiver.ids())).containsAll(posted).hasSize(20);
      }
    }
  }

  @Test
  void aStoppingGatewayRecordsWhatIsAnsweredMeanwhile() {
    try (Receiver receiver = new Receiver()) {
      Told told;
      try (RunningGateway gateway = RunningGateway.start(POSTING)) {
        gateway.createAccount("wh-mall");
        KeyHolder erp = KeyHolder.create(gateway);
        receiver.answers(
            request ->
                Receiver.status(200).newBuilder().headersDelay(500, TimeUnit.MILLISECONDS).build());
        erp.put(receiver.url());
        told = Told.batch(erp, 1).fail(1);
        await().until(() -> receiver.got().size() == 1);
      }

      assertThat(told.state()).isEqualTo("delivered");
    }
  }

  @Test
  void eachWebhookHasItsFirstPostHoweverManyAreUnderWay() {
    CountDownLatch answer = new CountDownLatch(1);
    Map<String, String> narrow = new HashMap<>(POSTING);
    narrow.put("hongyan.webhook.in-all", "1");
    // Nothing here takes that long: the post that hangs is the only one that its receiver gets.
    narrow.put("hongyan.webhook.timeout", "60s");
    try (Receiver tarPit = new Receiver();
        Receiver receiver = new Receiver();
        RunningGateway gateway = RunningGateway.start(narrow)) {
      gateway.createAccount("wh-mall");
      tarPit.answers(
          request -> {
            try {
              answer.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return Receiver.status(200);
          });
      KeyHolder slow = KeyHolder.create(gateway);
      slow.put(tarPit.url());
      KeyHolder erp = KeyHolder.create(gateway);
      erp.put(receiver.url());
      IntStream.rangeClosed(1, 3).forEach(i -> Told.batch(slow, 1).fail(1));
      await().until(() -> tarPit.got().size() == 1);

      Told told = Told.batch(erp, 5);
      IntStream.rangeClosed(1, 5).forEach(told::fail);

      awaitDelivered(told, 5);
      assertThat(tarPit.got()).hasSize(1);
      answer.countDown();
    }
  }

  @Test
  void aPrivateAddressThatGotIntoTheTableIsNotConnectedTo() {
    Map<String, String> strict = new HashMap<>(POSTING);
    strict.put("hongyan.outbound.allow-private-addresses", "false");
    try (Receiver receiver = new Receiver();
        RunningGateway gateway = RunningGateway.start(strict)) {
      gateway.createAccount("wh-mall");
      KeyHolder erp = KeyHolder.create(gateway);
      erp.put("https://erp.example.com/");
      Database.execute(
          "update webhook set url = 'http://localhost:%d/' where api_key_id = '%s'"
              .formatted(receiver.port(), erp.id()));

      Told told = Told.batch(erp, 1).fail(1);

      await().until(() -> told.delivery("tries").equals("1"));
      assertThat(told.delivery("last_error"))
          .isEqualTo("the address of localhost is not on the public Internet");
      assertThat(receiver.got()).isEmpty();
    }
  }

  private static void awaitDelivered(Told told, int count) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(
                        Database.count(
                            "webhook_delivery where batch_id = %d and state = 'delivered'"
                                .formatted(told.batch().value())))
                    .isEqualTo(count));
  }
}
