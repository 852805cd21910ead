package io.hongyan.sender.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.callback.DeliveryReceipt;
import io.hongyan.common.message.BatchId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * Several senders at once, receipts shuffled and doubled, copied by the queue, before and after
 * their outcomes, with WeChat's id and without: each message counts once, and nobody waits in a
 * circle.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class ReceiptStormIT {

  private static final int BATCHES = 3;
  private static final int MESSAGES = 300;
  private static final int GROUP = 25;

  private final ReceiptFixture fixture = new ReceiptFixture();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterAll
  void close() {
    threads.close();
    fixture.close();
  }

  @Test
  void eachMessageCountsOnceWhateverComesInWhateverOrder() throws Exception {
    Random random = new Random(20261122);
    List<BatchId> batches = new ArrayList<>();
    List<DeliveryReceipt> posted = new ArrayList<>();
    for (int b = 0; b < BATCHES; b++) {
      int first = b * MESSAGES;
      batches.add(
          fixture.batch(
              IntStream.range(0, MESSAGES)
                  .mapToObj(n -> "oStorm" + (first + n))
                  .toArray(String[]::new)));
      for (int n = 0; n < MESSAGES; n++) {
        long msgid = random.nextInt(3) == 0 ? 0 : 5_000_000 + first + n;
        String status = random.nextInt(4) == 0 ? "failed:user block" : "success";
        DeliveryReceipt receipt = fixture.receipt("oStorm" + (first + n), msgid, status);
        posted.add(receipt);
        posted.add(receipt);
        posted.add(fixture.repeat(receipt));
      }
    }
    Collections.shuffle(posted, random);
    long blocked =
        posted.stream()
            .filter(receipt -> !receipt.delivered())
            .map(DeliveryReceipt::openid)
            .distinct()
            .count();

    List<Future<?>> storm = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      int offset = thread;
      storm.add(
          threads.submit(
              () -> {
                for (int at = offset * GROUP; at < posted.size(); at += 4 * GROUP) {
                  fixture.store(
                      posted
                          .subList(at, Math.min(posted.size(), at + GROUP))
                          .toArray(DeliveryReceipt[]::new));
                  fixture.look();
                }
              }));
    }
    storm.add(
        threads.submit(
            () -> {
              for (int n = 0; n < MESSAGES; n++) {
                for (int b = 0; b < BATCHES; b++) {
                  fixture.accept(batches.get(b), n + 1, 5_000_000L + b * MESSAGES + n);
                }
              }
            }));
    for (Future<?> thread : storm) {
      thread.get();
    }
    // The looks came too fast for the outcomes: some were given up, which takes 20 minutes else.
    fixture
        .jdbc
        .sql("update delivery_receipt set match = null, look_at = now() where match = 'none'")
        .update();
    for (int looked = 1; looked > 0; ) {
      looked = fixture.look();
    }

    assertThat(sum("delivered")).isEqualTo(BATCHES * MESSAGES - blocked);
    assertThat(sum("undelivered")).isEqualTo(blocked);
    assertThat(sum("ambiguous")).isZero();
    assertThat(count("message_receipt where state = 'delivered'")).isEqualTo(sum("delivered"));
    assertThat(count("message_receipt where state = 'undelivered'")).isEqualTo(blocked);
    assertThat(count("delivery_receipt where match is null")).isZero();
    assertThat(count("delivery_receipt where match in ('msgid', 'person')"))
        .isEqualTo(BATCHES * MESSAGES);
    assertThat(count("delivery_receipt where match = 'duplicate'")).isEqualTo(BATCHES * MESSAGES);
  }

  private long sum(String counter) {
    return fixture
        .jdbc
        .sql("select sum(%s) from batch_progress".formatted(counter))
        .query(Long.class)
        .single();
  }

  private long count(String from) {
    return fixture.jdbc.sql("select count(*) from " + from).query(Long.class).single();
  }
}
