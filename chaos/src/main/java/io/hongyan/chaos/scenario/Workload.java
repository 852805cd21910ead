package io.hongyan.chaos.scenario;

import io.hongyan.chaos.load.AcceptedBatch;
import io.hongyan.chaos.load.BodyFormat;
import io.hongyan.chaos.load.ChaosAccount;
import io.hongyan.chaos.load.Recipients;
import io.hongyan.chaos.load.Submission;
import io.hongyan.chaos.load.Submitter;
import io.hongyan.stack.http.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

/**
 * The batches of one round: for each account a large one at once, small ones while it is sent, and
 * single urgent messages in between.
 */
final class Workload {

  private static final Duration SUBMIT_LIMIT = Duration.ofMinutes(3);
  private static final double REFUSED_BY_WECHAT = 0.01;
  private static final int SMALL_BATCHES = 6;
  private static final Duration EXPIRES_AFTER = Duration.ofHours(1);
  private static final int EXTRA = 20;
  private static final Duration EXTRA_EVERY = Duration.ofMillis(800);
  private static final int URGENT = 4;

  private final Traffic traffic;
  private final Submitter submitter;
  private final Uploads uploads;

  Workload(Traffic traffic, Submitter submitter, Uploads uploads) {
    this.traffic = traffic;
    this.submitter = submitter;
    this.uploads = uploads;
  }

  /**
   * Submits so many messages, and goes on with small batches while the fault lasts if the traffic
   * is to; returns when the last batch is answered 202.
   *
   * @param mended whether the fault is over
   * @param prefix of all refs and keys; unlike that of any other round of the stack
   */
  void submit(
      String prefix,
      int messages,
      List<ChaosAccount> accounts,
      Random random,
      BooleanSupplier mended)
      throws InterruptedException, ExecutionException {
    try (ExecutorService systems = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> submitted = new ArrayList<>();
      for (int i = 0; i < accounts.size(); i++) {
        ChaosAccount account = accounts.get(i);
        int share = messages / accounts.size() + (i < messages % accounts.size() ? 1 : 0);
        Random own = new Random(random.nextLong());
        String ownPrefix = prefix + "-" + (i + 1);
        submitted.add(systems.submit(() -> submitFor(account, ownPrefix, share, own, mended)));
      }
      for (Future<?> one : submitted) {
        one.get();
      }
    }
  }

  private void submitFor(
      ChaosAccount account, String prefix, int share, Random random, BooleanSupplier mended) {
    int urgent = Math.min(URGENT, share / 50);
    int small = (share - urgent) * 3 / 10 / SMALL_BATCHES;
    int large = share - urgent - small * SMALL_BATCHES;
    int batch = 0;
    Submission first = limited(batch(account, prefix, ++batch, large, random));
    AcceptedBatch accepted = submit(first);
    for (int i = 0; i < SMALL_BATCHES; i++) {
      pauseUpTo(traffic.lasts().dividedBy(SMALL_BATCHES), random);
      if (small > 0) {
        submit(batch(account, prefix, ++batch, small, random));
      }
      if (i < urgent) {
        submit(
            batch(account, prefix, ++batch, 1, random)
                .asUrgent()
                .expiring(Instant.now().plus(EXPIRES_AFTER)));
      }
    }
    while (traffic.untilMended() && !mended.getAsBoolean()) {
      submit(batch(account, prefix, ++batch, EXTRA, random));
      pauseUpTo(EXTRA_EVERY, random);
    }
    if (!submitter.isAnsweredAgain(first, accepted, SUBMIT_LIMIT)) {
      throw new IllegalStateException(
          "key %s was answered with a second batch".formatted(first.idempotencyKey()));
    }
  }

  private Submission limited(Submission submission) {
    return traffic.slowRelease()
        ? submission.limitedTo(traffic.rateFor(submission.recipients().count()))
        : submission;
  }

  private static Submission batch(
      ChaosAccount account, String prefix, int number, int count, Random random) {
    String name = prefix + "-" + number;
    return Submission.of(
        account,
        Recipients.of(name, count, REFUSED_BY_WECHAT, random),
        name,
        BodyFormat.any(random));
  }

  private AcceptedBatch submit(Submission submission) {
    return submitter.submit(submission, SUBMIT_LIMIT, uploads);
  }

  private static void pauseUpTo(Duration longest, Random random) {
    Duration pause = Duration.ofMillis(random.nextLong(Math.max(1, longest.toMillis())));
    Deadline.pass(pause);
  }
}
