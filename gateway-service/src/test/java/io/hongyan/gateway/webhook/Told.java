package io.hongyan.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.common.message.BatchId;
import io.hongyan.gateway.Database;
import java.time.Duration;

/** A batch of a key's, and what happens to it as the services write it. */
record Told(KeyHolder holder, BatchId batch) {

  /** A batch whose holder is told of it; paused, so that no gateway of another test touches it. */
  static Told batch(KeyHolder holder, int recipients) {
    BatchId id = Database.batch("wh-mall", "paused", recipients);
    Database.execute(
        "update batch set created_by = '%s' where id = %d".formatted(holder.id(), id.value()));
    return new Told(holder, id);
  }

  Told fail(int seq) {
    Database.fail(batch, seq, "recipient", 43004);
    return this;
  }

  Told succeed(int seq) {
    Database.succeed(batch, seq);
    return this;
  }

  /** A receipt that says it was not delivered. */
  Told undelivered(int seq, String status) {
    Database.execute(
        """
        insert into message_receipt (batch_id, seq, state, status, finished_at, matched_by)
        values (%d, %d, 'undelivered', '%s', '2026-11-22T08:00:05Z', 'msgid')
        """
            .formatted(batch.value(), seq, status));
    return this;
  }

  /** As the finisher does. */
  Told done() {
    Database.execute(
        "update batch set state = 'done', finished_at = '2026-11-22T08:00:00Z' where id = %d and state = 'paused'"
            .formatted(batch.value()));
    return this;
  }

  /** A column of the one delivery that there is of an event. */
  String delivery(String column) {
    return Database.value(
        "select coalesce((%s)::text, 'null') from webhook_delivery where batch_id = %d"
            .formatted(column, batch.value()));
  }

  String state() {
    return delivery("state");
  }

  void awaitState(String state) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(state()).isEqualTo(state));
  }
}
