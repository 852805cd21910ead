package io.hongyan.chaos.scenario;

import static org.awaitility.Awaitility.await;

import io.hongyan.chaos.load.AcceptanceRecord;
import io.hongyan.chaos.load.Accounts;
import io.hongyan.chaos.load.ChaosAccount;
import io.hongyan.chaos.stack.Stack;
import io.hongyan.chaos.stack.WeChat;
import io.hongyan.stack.Service;
import io.hongyan.stack.http.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What an injection can see and touch while the messages of its round flow.
 *
 * @param number from 1
 * @param messages recipients in all batches of the round
 * @param uploads how far the batches are on their way to the gateways
 * @param record what was answered 202 so far
 * @param random seeded; decides when and whom the fault hits
 */
record Round(
    int number,
    int messages,
    Stack stack,
    WeChat wechat,
    Accounts accounts,
    List<ChaosAccount> allAccounts,
    Uploads uploads,
    AcceptanceRecord record,
    RandomGenerator random) {

  private static final Duration FLOW_LIMIT = Duration.ofMinutes(2);

  /** Waits until WeChat has accepted a random share of the messages, both limits in percent. */
  void awaitAccepted(int fromPercent, int toPercent) {
    int wanted = (int) ((long) messages * between(fromPercent, toPercent) / 100);
    await("%d messages are accepted".formatted(wanted))
        .atMost(FLOW_LIMIT)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> wechat.accepted() >= wanted);
  }

  /** Whether a batch had to be submitted more than once. */
  boolean wasAnUploadRepeated() {
    return record.batches().stream().anyMatch(batch -> batch.attempts() > 1);
  }

  /** Waits until so many pieces of uploads were sent. */
  void awaitUploaded(int pieces) {
    await("%d pieces are uploaded".formatted(pieces))
        .atMost(FLOW_LIMIT)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> uploads.pieces() >= pieces);
  }

  /** Lets the fault last. */
  void last(Duration duration) {
    Deadline.pass(duration);
  }

  /** Lets the fault last for a random time. */
  void last(Duration from, Duration to) {
    last(Duration.ofMillis(between((int) from.toMillis(), (int) to.toMillis())));
  }

  /** A random number, both limits included. */
  int between(int from, int to) {
    return random.nextInt(from, to + 1);
  }

  <T> T anyOf(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /** One of them, but not this one. */
  <T> T anyOther(List<T> list, T one) {
    return anyOf(list.stream().filter(other -> !other.equals(one)).toList());
  }

  /** Kills the service and starts it again after a random time of up to 3 s. */
  void killAndRestart(Service service) {
    service.process().kill();
    last(Duration.ZERO, Duration.ofSeconds(3));
    service.start();
  }
}
