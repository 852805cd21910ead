package io.hongyan.gateway.webhook;

import io.hongyan.gateway.webhook.PostOutcome.Delivered;
import io.hongyan.gateway.webhook.PostOutcome.Refused;
import io.hongyan.gateway.webhook.PostOutcome.Unanswered;
import io.hongyan.gateway.webhook.PostOutcome.Void;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of tries, a column an array, for one statement.
 *
 * @param dues epoch milliseconds; null = never
 * @param times when the try ended, epoch milliseconds
 */
@SuppressWarnings("ArrayRecordComponent") // goes to SQL as it is, and is never compared
record RecordedTries(
    Long[] ids,
    String[] states,
    Integer[] tries,
    @Nullable Long[] dues,
    @Nullable Integer[] statuses,
    @Nullable String[] errors,
    Long[] times) {

  /**
   * @param pause how long to wait after so many failed tries; empty = it was the last
   */
  static RecordedTries of(List<TriedDelivery> tried, IntFunction<Optional<Duration>> pause) {
    List<Row> rows = tried.stream().map(one -> row(one, pause)).toList();
    return new RecordedTries(
        tried.stream().map(one -> one.delivery().id()).toArray(Long[]::new),
        rows.stream().map(Row::state).toArray(String[]::new),
        rows.stream().map(Row::tries).toArray(Integer[]::new),
        rows.stream().map(Row::due).map(RecordedTries::millis).toArray(Long[]::new),
        rows.stream().map(Row::status).toArray(Integer[]::new),
        rows.stream().map(Row::error).toArray(String[]::new),
        tried.stream().map(one -> one.at().toEpochMilli()).toArray(Long[]::new));
  }

  private static @Nullable Long millis(@Nullable Instant instant) {
    return instant == null ? null : (Long) instant.toEpochMilli();
  }

  private static Row row(TriedDelivery tried, IntFunction<Optional<Duration>> pause) {
    int before = tried.delivery().tries();
    return switch (tried.outcome()) {
      case Delivered delivered -> new Row("delivered", before + 1, null, delivered.status(), null);
      case Refused refused ->
          again(
              before + 1,
              tried.at(),
              refused.isGone() ? tries -> Optional.empty() : pause,
              refused.status(),
              "answered " + refused.status());
      case Unanswered unanswered -> again(before + 1, tried.at(), pause, null, unanswered.error());
      case Void ignored -> new Row("void", before, null, null, null);
    };
  }

  private static Row again(
      int tries,
      Instant at,
      IntFunction<Optional<Duration>> pause,
      @Nullable Integer status,
      String error) {
    return pause
        .apply(tries)
        .map(wait -> new Row("pending", tries, at.plus(wait), status, error))
        .orElseGet(() -> new Row("failed", tries, null, status, error));
  }

  /** What is stored of one try. */
  private record Row(
      String state,
      int tries,
      @Nullable Instant due,
      @Nullable Integer status,
      @Nullable String error) {}
}
