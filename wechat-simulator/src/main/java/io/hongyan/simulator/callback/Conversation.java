package io.hongyan.simulator.callback;

import io.hongyan.simulator.account.Callback;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A follower's message or event that an account is asked to answer, and what has come of it.
 * Thread-safe.
 */
public final class Conversation {

  private final long id;
  private final String appid;
  private final Callback callback;
  private final PushedMessage message;
  private final List<Attempt> attempts = new ArrayList<>();
  private State state = State.WAITING;
  private @Nullable ObjectNode reply;
  private long tookMillis;

  /** Where a conversation stands. */
  public enum State {
    /** A try is under way, or one more follows. */
    WAITING,
    /** The account has answered, be it with nothing to show. */
    ANSWERED,
    /** The follower was told that the account can't serve him now. */
    SILENT
  }

  Conversation(long id, String appid, Callback callback, PushedMessage message) {
    this.id = id;
    this.appid = appid;
    this.callback = callback;
    this.message = message;
  }

  public long id() {
    return id;
  }

  /** The follower's openid. */
  public String from() {
    return message.fromUser();
  }

  String appid() {
    return appid;
  }

  Callback callback() {
    return callback;
  }

  PushedMessage message() {
    return message;
  }

  /**
   * Notes how a try ended.
   *
   * @param nowMillis when
   * @param isLast no other follows a try that failed
   * @return where the conversation stands now
   */
  synchronized State note(
      Attempt attempt, @Nullable ObjectNode shown, long nowMillis, boolean isLast) {
    attempts.add(attempt);
    state =
        switch (attempt.outcome()) {
          case ANSWERED, SUCCESS -> State.ANSWERED;
          case TIMEOUT, CLOSED, BAD -> isLast ? State.SILENT : State.WAITING;
        };
    reply = shown;
    tookMillis = nowMillis - attempts.getFirst().sentAtMillis();
    return state;
  }

  /** How it stands at this moment. */
  public synchronized Progress progress() {
    return new Progress(state, reply, tookMillis, List.copyOf(attempts));
  }

  /**
   * How a conversation stands.
   *
   * @param reply what the follower was shown; null = nothing, or not yet
   * @param tookMillis from the first try to the end of the last one that has ended
   * @param attempts those that have ended
   */
  public record Progress(
      State state, @Nullable ObjectNode reply, long tookMillis, List<Attempt> attempts) {}
}
