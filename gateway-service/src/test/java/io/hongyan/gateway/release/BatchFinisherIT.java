package io.hongyan.gateway.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.message.BatchId;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a batch is done. */
class BatchFinisherIT {

  private ReleaseFixture fixture;
  private BatchFinisher finisher;
  private String account;

  @BeforeEach
  void setUp() {
    fixture = ReleaseFixture.clean();
    account = fixture.account();
    finisher =
        new BatchFinisher(
            fixture.mapper(FinishMapper.class),
            fixture.transaction,
            ReleaseFixture.properties(5, 100));
  }

  @Test
  void aBatchIsDoneWithItsLastOutcome() {
    BatchId complete = fixture.batch(account, 5).state("released").releasedTo(5).insert();
    BatchId missingOne = fixture.batch(account, 5).state("released").releasedTo(5).insert();
    fixture.succeed(complete, 1, 5);
    fixture.succeed(missingOne, 1, 4);

    finisher.run(() -> false);

    assertThat(fixture.state(complete)).isEqualTo("done");
    assertThat(fixture.batch(complete, "finished_at is not null", Boolean.class)).isTrue();
    assertThat(fixture.state(missingOne)).isEqualTo("released");
  }

  @Test
  void countersThatSayTooMuchAreSetRightAndTheBatchWaits() {
    BatchId batch = fixture.batch(account, 5).state("released").releasedTo(5).insert();
    fixture.succeed(batch, 1, 4);
    fixture.jdbc.sql("update batch_progress set failed_expired = 1").update();

    finisher.run(() -> false);

    assertThat(fixture.state(batch)).isEqualTo("released");
    assertThat(fixture.progress(batch, "succeeded")).isEqualTo(4);
    assertThat(fixture.progress(batch, "failed")).isZero();
  }

  @Test
  void aWrongSplitBetweenTheCountersIsSetRight() {
    BatchId batch = fixture.batch(account, 5).state("released").releasedTo(5).insert();
    fixture.succeed(batch, 1, 5);
    fixture
        .jdbc
        .sql("update batch_progress set succeeded = succeeded - 1, failed_request = 1")
        .update();

    finisher.run(() -> false);

    assertThat(fixture.state(batch)).isEqualTo("done");
    assertThat(fixture.progress(batch, "succeeded")).isEqualTo(5);
    assertThat(fixture.progress(batch, "failed_request")).isZero();
  }

  @Test
  void aThousandBatchesEndInOneRunOfSeveralGateways() throws Exception {
    fixture.transaction.executeWithoutResult(
        status -> {
          for (int i = 0; i < 1000; i++) {
            fixture.succeed(
                fixture.batch(account, 1).state("released").releasedTo(1).insert(), 1, 1);
          }
        });

    CountDownLatch bothReady = new CountDownLatch(2);
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<Void> first = threads.submit(() -> finishAfter(bothReady));
      Future<Void> second = threads.submit(() -> finishAfter(bothReady));
      first.get();
      second.get();
    }
    finisher.run(() -> false);

    assertThat(
            fixture
                .jdbc
                .sql("select count(*) from batch where state = 'done'")
                .query(Integer.class)
                .single())
        .isEqualTo(1000);
  }

  private Void finishAfter(CountDownLatch bothReady) throws InterruptedException {
    bothReady.countDown();
    bothReady.await();
    finisher.run(() -> false);
    return null;
  }
}
