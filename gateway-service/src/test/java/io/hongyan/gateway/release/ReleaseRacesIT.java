package io.hongyan.gateway.release;

import static io.hongyan.gateway.release.ReleaseFixture.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.Lane;
import io.hongyan.common.message.PushMessage;
import io.hongyan.network.FaultyProxy;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens when others act while a batch is being released. */
class ReleaseRacesIT {

  private static final ReleaseProperties FIVES = ReleaseFixture.properties(5, 100);

  private ReleaseFixture fixture;
  private String account;

  @BeforeEach
  void setUp() {
    fixture = ReleaseFixture.clean();
    account = fixture.account();
  }

  @Test
  void twoGatewaysReleaseEveryMessageOnce() throws Exception {
    fixture.batch(account, 200).insert();
    fixture.batch(account, 33).insert();
    for (int i = 0; i < 20; i++) {
      fixture.batch(account, 1).insert();
    }

    runTogether(ReleaseFixture.properties(5, 1000));
    runTogether(ReleaseFixture.properties(5, 1000));

    assertThat(fixture.drain(account, Lane.NORMAL).stream().map(PushMessage::id))
        .hasSize(253)
        .doesNotHaveDuplicates();
  }

  @Test
  void twoGatewaysTogetherKeepTheWindow() throws Exception {
    for (int i = 0; i < 20; i++) {
      fixture.batch(account, 7).insert();
    }

    runTogether(ReleaseFixture.properties(5, 50));
    runTogether(ReleaseFixture.properties(5, 50));

    assertThat(fixture.drain(account, Lane.NORMAL)).hasSize(50);
  }

  @Test
  void anotherGatewaysBatchIsLeftAloneUntilItsLeaseRunsOut() throws Exception {
    BatchId batch = fixture.batch(account, 8).insert();
    List<ReservedRange> reserved = fixture.cursor(FIVES).reserve(account, Lane.NORMAL, "gateway-1");

    runReleaser("gateway-2");
    List<Integer> whileLeased = fixture.drainedSeqs(account);
    fixture.change(batch, "lease_until = now() - interval '1 second'");
    runReleaser("gateway-2");

    assertThat(reserved).hasSize(1);
    assertThat(whileLeased).isEmpty();
    assertThat(fixture.drainedSeqs(account)).isEqualTo(range(1, 8));
  }

  @Test
  void aLeaseThatCouldNotBeGivenBackDoesNotStopItsOwner() throws Exception {
    fixture.batch(account, 8).insert();
    fixture.cursor(FIVES).reserve(account, Lane.NORMAL, "gateway-1");

    runReleaser("gateway-1");

    assertThat(fixture.drainedSeqs(account)).isEqualTo(range(1, 8));
  }

  @Test
  void whoeverLostTheLeaseCannotMoveTheCursor() throws Exception {
    BatchId batch = fixture.batch(account, 8).insert();
    ReleaseCursor cursor = fixture.cursor(FIVES);
    List<ReservedRange> late = cursor.reserve(account, Lane.NORMAL, "gateway-1");
    fixture.change(batch, "lease_until = now() - interval '1 second'");
    cursor.reserve(account, Lane.NORMAL, "gateway-2");

    List<ReleasedCursor> moved = cursor.complete(late, "gateway-1");

    assertThat(moved).isEmpty();
    assertThat(fixture.batch(batch, "released_to", Integer.class)).isZero();
    assertThat(fixture.batch(batch, "released_by", String.class)).isEqualTo("gateway-2");
  }

  @Test
  void aDeadReleasersFullWindowIsTakenOver() throws Exception {
    ReleaseProperties narrow = ReleaseFixture.properties(5, 5);
    BatchId batch = fixture.batch(account, 8).insert();
    fixture.cursor(narrow).reserve(account, Lane.NORMAL, "gateway-1");
    fixture.change(batch, "lease_until = now() - interval '1 second'");

    try (Releaser releaser = fixture.releaser(Lane.NORMAL, "gateway-2", narrow)) {
      releaser.run(() -> false);
    }

    assertThat(fixture.drainedSeqs(account)).isEqualTo(range(1, 5));
  }

  @Test
  void aPauseBetweenTwoChunksStopsTheRelease() throws Exception {
    BatchId batch = fixture.batch(account, 50).insert();

    runReleaser("gateway-1", 3, () -> fixture.change(batch, "state = 'paused'"));

    assertThat(fixture.drainedSeqs(account)).isEqualTo(range(1, 5));
    assertThat(fixture.batch(batch, "released_to", Integer.class)).isEqualTo(5);
    assertThat(fixture.batch(batch, "lease_until is null", Boolean.class)).isTrue();
  }

  @Test
  void aBatchCancelledWhileItsChunkIsOnTheWayStaysCancelled() throws Exception {
    BatchId batch = fixture.batch(account, 5).insert();
    ReleaseCursor cursor = fixture.cursor(FIVES);
    List<ReservedRange> chunk = cursor.reserve(account, Lane.NORMAL, "gateway-1");
    fixture.change(batch, "state = 'cancelled'");

    List<ReleasedCursor> moved = cursor.complete(chunk, "gateway-1");

    assertThat(moved).isEmpty();
    assertThat(fixture.state(batch)).isEqualTo("cancelled");
    assertThat(fixture.batch(batch, "released_to", Integer.class)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void aCancelAtAnyMomentOfAReleaseEndsEveryRecipientOnce(Moment moment) throws Exception {
    BatchId batch = fixture.batch(account, 8).insert();
    ReleaseCursor cursor = fixture.cursor(FIVES);
    Canceller canceller = fixture.canceller(new LeaseOwner(), FIVES);

    List<ReservedRange> chunk = cursor.reserve(account, Lane.NORMAL, "gateway-1");
    cancelIf(moment == Moment.RESERVED, batch);
    try (MessagePublisher publisher =
        fixture.publishers(ReleaseFixture.brokerPort()).create("gateway-1")) {
      publisher.publish(
          account,
          Lane.NORMAL,
          new ReleasedMessages().of(chunk, cursor.recipients(account, chunk)));
    }
    // Senders are quick: two are accepted, one is at WeChat.
    fixture.started(batch, 1, 3, 1, "-1 second");
    fixture.succeed(batch, 1, 2);
    cancelIf(moment == Moment.PUBLISHED, batch);
    canceller.run(() -> false);
    List<@Nullable Integer> recordedUnderTheLease = fixture.seqs(batch, "send_failed");
    cursor.complete(chunk, "gateway-1");
    cancelIf(moment == Moment.COMPLETED, batch);
    cursor.giveBack(List.of(batch.value()), "gateway-1");
    canceller.run(() -> false);
    runReleaser("gateway-2");

    assertThat(recordedUnderTheLease).isEmpty();
    assertThat(fixture.seqs(batch, "send_success")).isEqualTo(range(1, 2));
    assertThat(fixture.seqs(batch, "send_failed")).isEqualTo(range(4, 8));
    assertThat(fixture.progress(batch, "failed_cancelled")).isEqualTo(5);
    assertThat(fixture.batch(batch, "cancelled_to", Integer.class)).isEqualTo(8);
    assertThat(fixture.drainedSeqs(account)).as("copies, acked as recorded").isEqualTo(range(1, 5));
  }

  @Test
  void aCompletionThatArrivesLateDoesNotMoveTheCursorBack() throws Exception {
    BatchId batch = fixture.batch(account, 20).insert();
    ReleaseCursor cursor = fixture.cursor(FIVES);
    List<ReservedRange> first = cursor.reserve(account, Lane.NORMAL, "gateway-1");
    cursor.complete(first, "gateway-1");
    cursor.complete(cursor.reserve(account, Lane.NORMAL, "gateway-1"), "gateway-1");

    List<ReleasedCursor> moved = cursor.complete(first, "gateway-1");

    assertThat(moved).isEmpty();
    assertThat(fixture.batch(batch, "released_to", Integer.class)).isEqualTo(10);
  }

  @Test
  void nothingIsLostWhenTheBrokerGoesBetweenReservingAndConfirming() throws Exception {
    BatchId batch = fixture.batch(account, 23).insert();
    try (FaultyProxy proxy = new FaultyProxy("127.0.0.1", ReleaseFixture.brokerPort());
        Releaser releaser = fixture.releaser(Lane.NORMAL, "gateway-1", FIVES, proxy.port())) {

      // The third question is asked between the first chunk and the second.
      assertThatThrownBy(() -> releaser.run(onQuestion(3, proxy::cut)))
          .isInstanceOf(PublishFailedException.class);
      int reserved = fixture.batch(batch, "releasing_to", Integer.class);
      int confirmed = fixture.batch(batch, "released_to", Integer.class);
      proxy.restore();
      releaser.run(() -> false);

      assertThat(reserved).isEqualTo(10);
      assertThat(confirmed).isEqualTo(5);
    }
    assertThat(fixture.drainedSeqs(account)).containsExactlyElementsOf(range(1, 23));
    assertThat(fixture.state(batch)).isEqualTo("released");
  }

  @Test
  void nothingIsReservedWhileTheBrokerIsAway() throws Exception {
    BatchId batch = fixture.batch(account, 23).insert();
    try (FaultyProxy proxy = new FaultyProxy("127.0.0.1", ReleaseFixture.brokerPort());
        Releaser releaser = fixture.releaser(Lane.NORMAL, "gateway-1", FIVES, proxy.port())) {
      proxy.cut();

      assertThatThrownBy(() -> releaser.run(() -> false))
          .isInstanceOf(PublishFailedException.class);
    }

    assertThat(fixture.batch(batch, "releasing_to", Integer.class)).isZero();
  }

  @Test
  void aStopBetweenTwoChunksGivesTheLeaseBack() throws Exception {
    BatchId batch = fixture.batch(account, 50).insert();
    AtomicInteger questions = new AtomicInteger();

    try (Releaser releaser = fixture.releaser(Lane.NORMAL, "gateway-1", FIVES)) {
      releaser.run(() -> questions.incrementAndGet() >= 3);
    }

    assertThat(fixture.batch(batch, "released_to", Integer.class)).isEqualTo(5);
    assertThat(fixture.batch(batch, "released_by is null", Boolean.class)).isTrue();
  }

  private void cancelIf(boolean now, BatchId batch) {
    if (now) {
      fixture.change(batch, "state = 'cancelled', finished_at = now()");
    }
  }

  private void runReleaser(String owner) throws PublishFailedException {
    try (Releaser releaser = fixture.releaser(Lane.NORMAL, owner, FIVES)) {
      releaser.run(() -> false);
    }
  }

  private void runReleaser(String owner, int question, Runnable action)
      throws PublishFailedException {
    try (Releaser releaser = fixture.releaser(Lane.NORMAL, owner, FIVES)) {
      releaser.run(onQuestion(question, action));
    }
  }

  /** Acts when the releaser asks for the n-th time whether it shall stop; it shall not. */
  private static BooleanSupplier onQuestion(int number, Runnable action) {
    AtomicInteger questions = new AtomicInteger();
    return () -> {
      if (questions.incrementAndGet() == number) {
        action.run();
      }
      return false;
    };
  }

  private void runTogether(ReleaseProperties properties) throws Exception {
    CountDownLatch bothReady = new CountDownLatch(2);
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<?>> runs =
          List.of(
              threads.submit(() -> runAfter(bothReady, "gateway-1", properties)),
              threads.submit(() -> runAfter(bothReady, "gateway-2", properties)));
      for (Future<?> run : runs) {
        run.get();
      }
    }
  }

  private Void runAfter(CountDownLatch bothReady, String owner, ReleaseProperties properties)
      throws Exception {
    try (Releaser releaser = fixture.releaser(Lane.NORMAL, owner, properties)) {
      bothReady.countDown();
      bothReady.await();
      releaser.run(() -> false);
    }
    return null;
  }

  /** How far the first chunk has come when the batch is cancelled. */
  private enum Moment {
    RESERVED,
    PUBLISHED,
    COMPLETED
  }
}
