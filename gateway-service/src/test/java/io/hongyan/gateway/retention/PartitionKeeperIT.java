package io.hongyan.gateway.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionOperations;

/** Partitions against a real database, with a clock of the test's own. */
class PartitionKeeperIT {

  // Long before the partitions that the other tests write to.
  private static final Instant NOW = Instant.parse("2021-08-15T00:00:00Z");

  private final RunningGateway gateway = RunningGateway.shared();
  private final PartitionKeeper keeper =
      new PartitionKeeper(
          gateway.bean(PartitionMapper.class),
          gateway.bean(TransactionOperations.class),
          new RetentionProperties(Duration.ofDays(180)),
          new CallbackRetentionProperties(Duration.ofDays(30)),
          new WebhookRetentionProperties(Duration.ofDays(30)),
          Clock.fixed(NOW, ZoneOffset.UTC));

  @Test
  void makesComingMonthsAndDropsOldOnesUnlessABatchNeedsThem() {
    createMonth("2021-01-01");
    createMonth("2021-02-01");
    createMonth("2020-12-01");
    insertBatch("2020-12-10", "done", 1);
    insertBatch("2021-01-10", "cancelled", 0);

    Database.execute(
        """
        insert into scheduler_log (job, due_at, instance, started_at) values
          ('pk-old', '2021-01-31', 'x', '2021-01-31'), ('pk-old', '2021-02-01', 'x', '2021-02-01'),
          ('pk-new', '2021-03-01', 'x', '2021-03-01');
        insert into person_day (account_id, day, openid, batch_id, seq)
          select 'pk', '2021-08-12', 'o1', 1, seq from generate_series(1, 100001) seq;
        insert into person_day (account_id, day, openid, batch_id, seq) values
          ('pk', '2021-08-13', 'o1', 1, 1), ('pk', '2021-08-14', 'o1', 1, 2), ('pk', '2021-08-15', 'o1', 1, 3)
        """);
    Database.execute(
        """
        insert into webhook_delivery (api_key_id, event, batch_id, created_at, state, due_at)
          select 'pk', 'batch.done', 1, '2021-07-15', 'delivered', null from generate_series(1, 50001);
        insert into webhook_delivery (api_key_id, event, batch_id, created_at, state, due_at) values
          ('pk', 'batch.done', 2, '2021-07-15', 'pending', '2021-09-01'), ('pk', 'batch.done', 3, '2021-07-17', 'failed', null)
        """);

    keeper.keep();
    String again = keeper.keep();

    assertThat(exists("batch_2020_12")).as("old and finished").isFalse();
    assertThat(exists("send_failed_2020_12")).isFalse();
    assertThat(exists("batch_2021_01")).as("a cancellation is not recorded yet").isTrue();
    assertThat(exists("recipient_2021_01")).isTrue();
    assertThat(exists("message_receipt_2020_12")).isFalse();
    assertThat(exists("message_receipt_2021_01")).isTrue();
    assertThat(exists("batch_2021_02")).as("ends within the retention").isTrue();
    assertThat(exists("batch_2021_08")).isTrue();
    assertThat(exists("send_started_2021_11")).isTrue();
    assertThat(exists("batch_2021_12")).isFalse();
    assertThat(again).startsWith("months dropped: 0; deleted: 0 dead letters, 0 job runs");
    assertThat(
            Database.rows(
                "select job, due_at::date from scheduler_log where job like 'pk-%' order by due_at"))
        .as("a job's last run stays")
        .containsExactly(List.of("pk-old", "2021-02-01"), List.of("pk-new", "2021-03-01"));
    assertThat(
            Database.value(
                "select string_agg(day::text, ',') from person_day where account_id = 'pk'"))
        .as("yesterday and today, in Shanghai")
        .isEqualTo("2021-08-14,2021-08-15");
    assertThat(
            Database.value(
                "select string_agg(batch_id::text, ',' order by id) from webhook_delivery where api_key_id = 'pk'"))
        .as("one that waits, and one of the last 30 days")
        .isEqualTo("2,3");
    for (String month : new String[] {"01", "02", "08", "09", "10", "11"}) {
      drop("2021_" + month);
    }
  }

  @Test
  void dropsDaysOfCallbacksAfterTheirTimeAndDaysOfReceiptsAfterTheirs() {
    for (String day : List.of("2021-02-15", "2021-02-16", "2021-07-15", "2021-07-16")) {
      Database.value("select hongyan_create_day('%sT12:00Z')::text".formatted(day));
    }

    String done = keeper.keep();

    assertThat(done).endsWith("; days dropped: 4");
    assertThat(exists("delivery_receipt_2021_02_15")).as("ended 180 days ago").isFalse();
    assertThat(exists("delivery_receipt_2021_02_16")).isTrue();
    assertThat(exists("delivery_receipt_2021_07_15")).isTrue();
    assertThat(exists("callback_log_2021_02_16")).isFalse();
    assertThat(exists("callback_log_2021_07_15")).as("ended 30 days ago").isFalse();
    assertThat(exists("callback_log_2021_07_16")).isTrue();
    for (String day : List.of("02_16", "07_15", "07_16")) {
      Database.execute(
          "drop table if exists delivery_receipt_2021_%1$s, callback_log_2021_%1$s".formatted(day));
    }
    for (String month : List.of("08", "09", "10", "11")) {
      drop("2021_" + month);
    }
  }

  private static void createMonth(String day) {
    Database.value("select hongyan_create_partitions('%s')::text".formatted(day));
  }

  // Leased, so that the running gateway does not finish the cancellation before the keeper looks.
  private static void insertBatch(String day, String state, int cancelledTo) {
    Database.execute(
        """
        insert into batch (id, account_id, template_id, wechat_template_id, state, priority, total, rejected, created_by, cancelled_to,
          released_by, lease_until)
        values (hongyan_first_batch_id('%s'), 'x', 'x', 'x', '%s', 'normal', 1, 0, 'x', %d, 'test', now() + interval '1 hour')
        """
            .formatted(day, state, cancelledTo));
  }

  private static boolean exists(String table) {
    return Database.count("pg_class where relname = '%s'".formatted(table)) == 1;
  }

  private static void drop(String month) {
    for (String table :
        new String[] {
          "batch",
          "batch_progress",
          "recipient",
          "rejection",
          "send_started",
          "send_success",
          "send_failed",
          "send_attempt",
          "message_receipt"
        }) {
      Database.execute("drop table if exists %s_%s".formatted(table, month));
    }
  }
}
