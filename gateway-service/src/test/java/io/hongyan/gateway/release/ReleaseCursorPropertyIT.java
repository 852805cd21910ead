package io.hongyan.gateway.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.Lane;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;

/**
 * Whatever three releasers, a person and time do to one batch, in any order: the cursor never
 * passes a message that was not confirmed, never goes back, and in the end everything is published.
 */
class ReleaseCursorPropertyIT {

  private static final int RELEASERS = 3;

  /** What may happen next; the first six to one releaser, the others to the batch. */
  private enum Act {
    RESERVE,
    PUBLISH,
    COMPLETE,
    RELEASE_A_CHUNK,
    GIVE_BACK,
    DIE,
    LEASES_RUN_OUT,
    PAUSE,
    RESUME
  }

  private record Step(Act act, int releaser) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Act> acts =
        Arbitraries.frequencyOf(
            Tuple.of(5, Arbitraries.of(Act.RESERVE, Act.PUBLISH, Act.PUBLISH, Act.COMPLETE)),
            Tuple.of(6, Arbitraries.of(Act.RELEASE_A_CHUNK, Act.LEASES_RUN_OUT)),
            Tuple.of(1, Arbitraries.of(Act.class)));
    return Combinators.combine(acts, Arbitraries.of(0, 1, 2))
        .as(Step::new)
        .list()
        .ofMinSize(20)
        .ofMaxSize(50);
  }

  @Provide
  Arbitrary<Integer> totals() {
    return Arbitraries.of(1, 12, 23, 43);
  }

  @Example
  void whoLostItsLeaseMovesNothing() {
    Release release = new Release(ReleaseFixture.clean(), 23);

    release.take(new Step(Act.RESERVE, 0));
    release.take(new Step(Act.PUBLISH, 0));
    release.take(new Step(Act.LEASES_RUN_OUT, 0));
    release.take(new Step(Act.RELEASE_A_CHUNK, 1));
    release.take(new Step(Act.RELEASE_A_CHUNK, 1));
    release.take(new Step(Act.COMPLETE, 0));

    assertThat(release.releasedTo).isEqualTo(10);
  }

  @Property(tries = 50, shrinking = ShrinkingMode.BOUNDED)
  void theCursorNeverPassesWhatWasNotConfirmed(
      @ForAll("steps") List<Step> steps, @ForAll("totals") int total) {
    Release release = new Release(ReleaseFixture.clean(), total);

    steps.forEach(release::take);
    release.finish();

    assertThat(release.published.cardinality()).isEqualTo(total);
  }

  /** One batch, its releasers, and what the broker has confirmed. */
  private static final class Release {
    private final ReleaseFixture fixture;
    private final ReleaseCursor cursor;
    private final String account;
    private final BatchId batch;
    private final int total;
    private final List<Releasing> releasers = new ArrayList<>();
    private final BitSet published = new BitSet();
    private int names;
    private int releasedTo;

    Release(ReleaseFixture fixture, int total) {
      this.fixture = fixture;
      this.cursor = fixture.cursor(ReleaseFixture.properties(5, 100));
      this.account = fixture.account();
      this.batch = fixture.batch(account, total).insert();
      this.total = total;
      IntStream.range(0, RELEASERS).forEach(i -> releasers.add(newReleaser()));
    }

    private Releasing newReleaser() {
      return new Releasing("releaser-" + names++);
    }

    void take(Step step) {
      Releasing releaser = releasers.get(step.releaser());
      switch (step.act()) {
        case RESERVE -> releaser.reserve();
        case PUBLISH -> releaser.publish();
        case COMPLETE -> releaser.complete();
        case RELEASE_A_CHUNK -> {
          releaser.reserve();
          releaser.publish();
          releaser.complete();
        }
        case GIVE_BACK -> cursor.giveBack(List.of(batch.value()), releaser.owner);
        case DIE -> releasers.set(step.releaser(), newReleaser()); // restarted under a new name
        case LEASES_RUN_OUT -> fixture.change(batch, "lease_until = now() - interval '1 second'");
        case PAUSE -> move("releasing", "paused");
        case RESUME -> move("paused", "releasing");
      }
      assertCursor();
    }

    private void move(String from, String to) {
      fixture.change(
          batch, "state = case when state = '%s' then '%s' else state end".formatted(from, to));
    }

    /** What was started before is over, and one releaser is left to itself. */
    void finish() {
      take(new Step(Act.RESUME, 0));
      take(new Step(Act.LEASES_RUN_OUT, 0));
      take(new Step(Act.DIE, 0));
      for (int chunk = 0; chunk <= total && !fixture.state(batch).equals("released"); chunk++) {
        take(new Step(Act.RELEASE_A_CHUNK, 0));
      }
      assertThat(fixture.state(batch)).isEqualTo("released");
    }

    private void assertCursor() {
      int now = fixture.batch(batch, "released_to", Integer.class);
      assertThat(now).isBetween(releasedTo, total);
      assertThat(published.nextClearBit(1)).as("first seq never published").isGreaterThan(now);
      assertThat(fixture.batch(batch, "releasing_to", Integer.class))
          .isGreaterThanOrEqualTo(Math.max(now, published.length() - 1));
      releasedTo = now;
    }

    /** One releaser: it works on one chunk at a time, as {@link Releaser} does. */
    private final class Releasing {
      private final String owner;
      private List<ReservedRange> reserved = List.of();
      private boolean confirmed;

      Releasing(String owner) {
        this.owner = owner;
      }

      void reserve() {
        if (reserved.isEmpty()) {
          reserved = cursor.reserve(account, Lane.NORMAL, owner);
          confirmed = false;
        }
      }

      void publish() {
        cursor.recipients(account, reserved).forEach(recipient -> published.set(recipient.seq()));
        confirmed = !reserved.isEmpty();
      }

      void complete() {
        if (confirmed) {
          cursor.complete(reserved, owner);
          reserved = List.of();
          confirmed = false;
        }
      }
    }
  }
}
