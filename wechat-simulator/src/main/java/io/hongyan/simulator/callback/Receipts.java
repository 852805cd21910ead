package io.hongyan.simulator.callback;

import io.hongyan.simulator.account.Account;
import io.hongyan.simulator.account.Accounts;
import io.hongyan.simulator.account.Callback;
import io.hongyan.simulator.settings.LiveSettings;
import io.hongyan.simulator.settings.PostSettings;
import io.hongyan.simulator.settings.ReceiptSettings;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Tells accounts what became of their messages: a receipt for each one accepted, posted with
 * WeChat's clock. A send only leaves a few bytes here; the posting is done by the client's thread.
 * Thread-safe.
 */
public final class Receipts {

  /** Two million receipts; what has no room is counted as lost. */
  private static final long MOST_BYTES = 128L << 20;

  private static final long NANOS_A_MILLI = 1_000_000;

  private final Clock clock;
  private final LiveSettings settings;
  private final Accounts accounts;
  private final CallbackClient client;
  private final AtomicLong numbers = new AtomicLong();

  /** Of chance, so that the nonces of an earlier run do not come again. */
  private final long firstNonce = ThreadLocalRandom.current().nextLong(1L << 52);

  private final List<String> appids = new CopyOnWriteArrayList<>();
  private final Map<String, Integer> numberOfAppid = new ConcurrentHashMap<>();
  private final AtomicBoolean lookSoon = new AtomicBoolean();
  private volatile Round round = new Round();

  public Receipts(Clock clock, LiveSettings settings, Accounts accounts, CallbackClient client) {
    this.clock = clock;
    this.settings = settings;
    this.accounts = accounts;
    this.client = client;
  }

  /** What waits and what was counted since a reset. */
  private static final class Round {
    private final ReceiptQueue queue = new ReceiptQueue(MOST_BYTES);
    private final LongAdder posted = new LongAdder();
    private final LongAdder answered = new LongAdder();
    private final LongAdder retried = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final LongAdder undelivered = new LongAdder();
    private final LongAdder withoutMsgid = new LongAdder();
    private final AnswerTimes answerTimes = new AnswerTimes();
    // Only the client's thread uses these two.
    private int underWay;
    private long lookAtMillis = Long.MAX_VALUE;
  }

  /** Notes that WeChat has accepted the message. Costs nothing without a callback. */
  public void accepted(Account account, String openid, long msgid, Instant at) {
    ReceiptSettings receipts = settings.current().receipts();
    if (account.callback() == null || !receipts.enabled()) {
      return;
    }
    Round current = round;
    ReceiptStatus status = ReceiptStatus.of(msgid, receipts);
    if (status != ReceiptStatus.SUCCESS) {
      current.undelivered.increment();
    }
    boolean hidesMsgid = ReceiptStatus.hidesMsgid(msgid, receipts);
    if (hidesMsgid) {
      current.withoutMsgid.increment();
    }
    long finishedMillis = monotonicMillis() + receipts.delay().toMillis();
    for (int copy = 0; copy < receipts.copies(); copy++) {
      Receipt receipt =
          new Receipt(
              numbers.incrementAndGet(),
              numberOf(account.appid()),
              openid,
              hidesMsgid ? 0 : msgid,
              status,
              at.plus(receipts.delay()).getEpochSecond(),
              0,
              0);
      enqueue(
          current, receipt, receipts.inOrder() ? finishedMillis : finishedMillis + shuffleMillis());
    }
  }

  public ReceiptCounts counts() {
    Round current = round;
    return new ReceiptCounts(
        current.posted.sum(),
        current.answered.sum(),
        current.retried.sum(),
        current.lost.sum(),
        current.queue.size(),
        current.undelivered.sum(),
        current.withoutMsgid.sum(),
        current.answerTimes.within(0.5),
        current.answerTimes.within(0.99));
  }

  /** Forgets what waits and the counts; what is under way now counts for nothing. */
  public void reset() {
    round = new Round();
  }

  private void enqueue(Round current, Receipt receipt, long dueMillis) {
    switch (current.queue.add(receipt, dueMillis)) {
      case FIRST -> lookSoon();
      case BEHIND -> {}
      case NO_ROOM -> current.lost.increment();
    }
  }

  private void lookSoon() {
    if (lookSoon.compareAndSet(false, true)) {
      client.execute(
          () -> {
            lookSoon.set(false);
            postDue(round);
          });
    }
  }

  private void postDue(Round current) {
    if (current != round) {
      return;
    }
    PostSettings posts = settings.current().posts();
    long now = monotonicMillis();
    while (current.underWay < posts.atOnce()) {
      Receipt receipt = current.queue.poll(now);
      if (receipt == null) {
        lookWhenDue(current, now);
        return;
      }
      post(current, receipt, posts);
    }
  }

  private void lookWhenDue(Round current, long now) {
    Long due = current.queue.nextDueMillis();
    if (due != null && due < current.lookAtMillis) {
      current.lookAtMillis = due;
      client.after(
          due - now,
          () -> {
            if (current.lookAtMillis == due) {
              current.lookAtMillis = Long.MAX_VALUE;
            }
            postDue(current);
          });
    }
  }

  private void post(Round current, Receipt waiting, PostSettings posts) {
    String appid = appids.get(waiting.account());
    Account account = accounts.find(appid);
    Callback callback = account == null ? null : account.callback();
    if (callback == null) {
      current.lost.increment();
      return;
    }
    Receipt receipt = waiting.triedAt(clock.instant().getEpochSecond());
    (receipt.tries() == 1 ? current.posted : current.retried).increment();
    current.underWay++;
    long begun = System.nanoTime();
    client.send(
        callback.urlsFrom(receipt.number() + receipt.tries()),
        CallbackRequest.post(
            callback,
            appid,
            PushedMessage.receipt(
                receipt.openid(), receipt.finishedAt(), receipt.msgid(), receipt.status().text()),
            receipt.postedAt(),
            Long.toString(firstNonce + receipt.number())),
        posts.timeout(),
        answer -> {
          current.underWay--;
          if (isTaken(callback, appid, receipt, answer)) {
            current.answered.increment();
            current.answerTimes.add(System.nanoTime() - begun);
          } else if (receipt.tries() < settings.current().posts().tries()) {
            enqueue(current, receipt, begun / NANOS_A_MILLI + posts.timeout().toMillis());
          } else {
            current.lost.increment();
          }
          postDue(current);
        });
  }

  private static boolean isTaken(
      Callback callback, String appid, Receipt receipt, HttpAnswer answer) {
    return answer instanceof HttpAnswer.Complete complete
        && !(ReplyReader.read(callback, appid, receipt.openid(), complete.status(), complete.body())
            instanceof Reading.Bad);
  }

  private int numberOf(String appid) {
    return numberOfAppid.computeIfAbsent(
        appid,
        added -> {
          synchronized (appids) {
            appids.add(added);
            return appids.size() - 1;
          }
        });
  }

  private static long shuffleMillis() {
    return ThreadLocalRandom.current().nextLong(ReceiptSettings.SHUFFLE_WINDOW.toMillis());
  }

  private static long monotonicMillis() {
    return System.nanoTime() / NANOS_A_MILLI;
  }
}
