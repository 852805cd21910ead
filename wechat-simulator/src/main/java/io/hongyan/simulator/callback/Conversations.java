package io.hongyan.simulator.callback;

import io.hongyan.simulator.account.Callback;
import io.hongyan.simulator.settings.LiveSettings;
import io.hongyan.simulator.settings.PostSettings;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Followers who write or do something, and accounts that have a few seconds and a few tries to
 * answer. Thread-safe; the posting is done by the client's thread.
 */
public final class Conversations {

  /** Older ones are forgotten. */
  private static final int MOST_KEPT = 100_000;

  private final Clock clock;
  private final LiveSettings settings;
  private final CallbackClient client;
  private final AtomicLong ids = new AtomicLong();
  private final AtomicLong messages = new AtomicLong();

  /** Of chance, so that what WeChat tells one from another by never comes again after a restart. */
  private final long firstNumber = ThreadLocalRandom.current().nextLong(1L << 52) << 10;

  private volatile Round round = new Round();

  public Conversations(Clock clock, LiveSettings settings, CallbackClient client) {
    this.clock = clock;
    this.settings = settings;
    this.client = client;
  }

  /** The conversations since a reset. */
  private static final class Round {
    private final TreeMap<Long, Conversation> byId = new TreeMap<>();
    private final LongAdder started = new LongAdder();
    private final LongAdder answered = new LongAdder();
    private final LongAdder silent = new LongAdder();
    // Only the client's thread uses these two.
    private final Queue<Conversation> patient = new ArrayDeque<>();
    private int patientUnderWay;

    synchronized void keep(Conversation conversation) {
      byId.put(conversation.id(), conversation);
      if (byId.size() > MOST_KEPT) {
        byId.pollFirstEntry();
      }
    }

    synchronized @Nullable Conversation find(long id) {
      return byId.get(id);
    }

    synchronized List<Conversation> after(long id, int limit) {
      return byId.tailMap(id, false).values().stream().limit(limit).toList();
    }
  }

  /** A message id that no other message has. */
  public long nextMsgId() {
    return firstNumber + messages.incrementAndGet();
  }

  /** Begins at once: people do not wait for each other. */
  public Conversation start(String appid, Callback callback, PushedMessage message) {
    Round current = round;
    Conversation conversation = begin(current, appid, callback, message);
    client.execute(() -> attempt(current, conversation, 1, () -> {}));
    return conversation;
  }

  /** Begins when fewer than the setting allows of these are under way: many may come at once. */
  public Conversation startInTurn(String appid, Callback callback, PushedMessage message) {
    Round current = round;
    Conversation conversation = begin(current, appid, callback, message);
    client.execute(
        () -> {
          current.patient.add(conversation);
          attemptInTurn(current);
        });
    return conversation;
  }

  /** Null when there is none, or none any more. */
  public @Nullable Conversation find(long id) {
    return round.find(id);
  }

  /** In the order of their ids, which is that in which they began. */
  public List<Conversation> after(long id, int limit) {
    return round.after(id, limit);
  }

  public ConversationCounts counts() {
    Round current = round;
    return new ConversationCounts(
        current.started.sum(), current.answered.sum(), current.silent.sum());
  }

  /** Forgets them all; no further try is made for those that wait. */
  public void reset() {
    round = new Round();
  }

  private Conversation begin(
      Round current, String appid, Callback callback, PushedMessage message) {
    Conversation conversation = new Conversation(ids.incrementAndGet(), appid, callback, message);
    current.started.increment();
    current.keep(conversation);
    return conversation;
  }

  private void attemptInTurn(Round current) {
    while (current.patientUnderWay < settings.current().posts().atOnce()) {
      Conversation next = current.patient.poll();
      if (next == null) {
        return;
      }
      current.patientUnderWay++;
      attempt(
          current,
          next,
          1,
          () -> {
            current.patientUnderWay--;
            attemptInTurn(current);
          });
    }
  }

  private void attempt(Round current, Conversation conversation, int number, Runnable whenOver) {
    long sentAt = clock.millis();
    attempt(current, conversation, request(conversation, sentAt / 1_000), number, sentAt, whenOver);
  }

  /** The same request again: see {@link CallbackRequest}. */
  private void attempt(
      Round current,
      Conversation conversation,
      CallbackRequest request,
      int number,
      long sentAt,
      Runnable whenOver) {
    if (current != round) {
      return;
    }
    PostSettings posts = settings.current().posts();
    long begun = System.nanoTime();
    client.send(
        conversation.callback().urlsFrom(conversation.id() + number),
        request,
        posts.timeout(),
        answer -> {
          switch (note(conversation, answer, sentAt, number >= posts.tries())) {
            case ANSWERED -> {
              current.answered.increment();
              whenOver.run();
            }
            case SILENT -> {
              current.silent.increment();
              whenOver.run();
            }
            case WAITING -> {
              long tookMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
              client.after(
                  posts.timeout().toMillis() - tookMillis,
                  () ->
                      attempt(
                          current, conversation, request, number + 1, clock.millis(), whenOver));
            }
          }
        });
  }

  private Conversation.State note(
      Conversation conversation, HttpAnswer answer, long sentAt, boolean isLast) {
    int status = 0;
    Attempt.Outcome outcome;
    String problem = null;
    ObjectNode reply = null;
    switch (answer) {
      case HttpAnswer.TimedOut late -> outcome = Attempt.Outcome.TIMEOUT;
      case HttpAnswer.Closed closed -> outcome = Attempt.Outcome.CLOSED;
      case HttpAnswer.Complete complete -> {
        status = complete.status();
        switch (ReplyReader.read(
            conversation.callback(),
            conversation.appid(),
            conversation.from(),
            status,
            complete.body())) {
          case Reading.Taken taken -> outcome = Attempt.Outcome.SUCCESS;
          case Reading.Reply shown -> {
            outcome = Attempt.Outcome.ANSWERED;
            reply = shown.reply();
          }
          case Reading.Bad bad -> {
            outcome = Attempt.Outcome.BAD;
            problem = bad.problem();
          }
        }
      }
    }
    return conversation.note(
        new Attempt(sentAt, status, outcome, problem), reply, clock.millis(), isLast);
  }

  private CallbackRequest request(Conversation conversation, long timestamp) {
    return CallbackRequest.post(
        conversation.callback(),
        conversation.appid(),
        conversation.message(),
        timestamp,
        Long.toString(firstNumber + conversation.id()));
  }
}
