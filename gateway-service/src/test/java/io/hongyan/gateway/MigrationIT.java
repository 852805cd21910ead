package io.hongyan.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.test.TestServers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A new version starts on a database that an older one has filled and still writes to. */
class MigrationIT {

  private static final TestServers SERVERS = TestServers.get();
  // A database of its own: partitions are looked for by name, in all schemas of the search path.
  private static final String DATABASE =
      "migration_" + Long.toHexString(ThreadLocalRandom.current().nextLong());
  // The common pool has one thread on a machine of two cores.
  private static final Executor THREADS = Thread::startVirtualThread;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @BeforeEach
  void fillByTheVersionBefore() throws SQLException {
    Database.execute("create database " + DATABASE);
    migrateTo("2");
    execute(
        """
        insert into account (id, name, app_id, app_secret) values ('mall', 'Mall', 'wx1', '\\x00');
        insert into api_key (id, name, key_hash, scopes, accounts) values ('key-1', 'crm', '\\x01', '{submit}', '{*}');
        select hongyan_create_partitions(now() - interval '5 months');
        select hongyan_create_partitions(now() + interval '6 months');
        insert into batch (id, account_id, template_id, wechat_template_id, state, priority, total, rejected, created_by,
            releasing_to, released_to)
          select hongyan_first_batch_id(now() - make_interval(months => b)) + b, 'mall', 'order-paid', 'TM1',
            case b when 0 then 'released' else 'done' end, 'normal', 2000, 0, 'key-1', 2000, 2000
          from unnest(array[0, 1, 5]) b;
        insert into batch_progress (batch_id, succeeded, failed_recipient) select id, 1000, 500 from batch;
        insert into recipient (batch_id, seq, openid, ref, data)
          select id, n, 'o' || n, 'r' || n, '{"thing1":{"value":"v"}}' from batch, generate_series(1, 2000) n;
        insert into send_success
          select batch_id, seq, 'mall', 'order-paid', openid, ref, 1, batch_id + seq, now(), 12, 'w' from recipient where seq <= 1000;
        insert into send_failed
          select batch_id, seq, 'mall', 'order-paid', openid, ref, data, 1, 'recipient', 43004, 'require subscribe', 'advice', now(), 'w'
          from recipient where seq between 1001 and 1500;
        insert into follower (account_id, openid, subscribed, seen_in) select 'mall', 'o' || n, n % 10 <> 0, 1 from generate_series(1, 2000) n
        """);
  }

  @AfterEach
  void drop() {
    Database.execute("drop database %s with (force)".formatted(DATABASE));
  }

  @Test
  void keepsWhatIsThereAndServesIt() throws SQLException {
    migrateTo("latest");

    assertThat(value("select count(*) from recipient")).isEqualTo(6_000);
    assertThat(value("select count(*) from send_success")).isEqualTo(3_000);
    assertThat(value("select count(*) from send_failed")).isEqualTo(1_500);
    assertThat(value("select count(*) from follower where event_at is null")).isEqualTo(2_000);
    assertThat(value("select sum(ambiguous) from batch_progress")).isZero();
    assertThat(value("select count(*) from batch where fallback is null")).isEqualTo(3);
    assertThat(
            value(
                """
                select count(*) from send_success where wechat_msgid = (
                  select min(wechat_msgid) from send_success where batch_id = (select min(id) from batch))
                """))
        .isEqualTo(1);
    assertThat(value("select count(*) from webhook_delivery"))
        .as("nobody asked to be told of what was")
        .isZero();
    assertThat(value("select count(*) from inbox_fallback")).isZero();
  }

  @Test
  void everyMonthGetsThePartitionsOfTheNewTables() throws SQLException {
    migrateTo("latest");

    assertThat(
            value("select count(*) from pg_inherits where inhparent = 'message_receipt'::regclass"))
        .isEqualTo(value("select count(*) from pg_inherits where inhparent = 'batch'::regclass"))
        .isEqualTo(7);
    execute(
        """
        insert into message_receipt (batch_id, seq, state, status, finished_at, matched_by)
          select id, 1, 'delivered', 'success', now(), 'msgid' from batch
        """);
    assertThat(value("select count(*) from message_receipt")).isEqualTo(3);
  }

  @Test
  void batchesFromBeforeAreToldToWebhooksFromNowOn() throws SQLException {
    migrateTo("latest");
    execute(
        """
        insert into webhook (api_key_id, url, secret, events)
          values ('key-1', 'https://crm.example', '\\x00', '{batch.done,message.failed,message.undelivered}')
        """);

    execute(
        """
        insert into send_failed
          select batch_id, seq, 'mall', 'order-paid', openid, ref, data, 1, 'recipient', 43004, 'require subscribe', 'advice', now(), 'w'
          from recipient where batch_id = (select max(id) from batch) and seq between 1501 and 2000;
        insert into message_receipt (batch_id, seq, state, status, finished_at, matched_by)
          select max(id), 1, 'undelivered', 'failed:user block', now(), 'msgid' from batch;
        update batch set state = 'done' where state = 'released'
        """);

    assertThat(value("select count(*) from webhook_delivery where event = 'message.failed'"))
        .isEqualTo(500);
    assertThat(value("select count(*) from webhook_delivery where event = 'message.undelivered'"))
        .isEqualTo(1);
    assertThat(value("select count(*) from webhook_delivery where event = 'batch.done'"))
        .isEqualTo(1);
  }

  /** Old and new instances run side by side while the new version is rolled out. */
  @Test
  void servicesAtWorkWaitAndLoseNothing() throws Exception {
    AtomicInteger outcomes = new AtomicInteger();
    AtomicInteger finishes = new AtomicInteger();
    AtomicBoolean migrated = new AtomicBoolean();
    // What senders and gateways do, in their orders: outcome before counter, and batch first.
    CompletableFuture<Void> sender =
        work(
            migrated,
            outcomes,
            """
            insert into send_success
              select max(batch_id), 2000 + %d, 'mall', 'order-paid', 'o1', null, 1, null, now(), 12, 'w' from recipient;
            update batch_progress set succeeded = succeeded + 1 where batch_id = (select max(id) from batch);
            update follower set changed_at = now() where account_id = 'mall' and openid = 'o1'
            """);
    CompletableFuture<Void> gateway =
        work(
            migrated,
            finishes,
            """
            update follower set changed_at = now() where account_id = 'mall' and openid = 'o2';
            update batch_progress set parked_at = now() where batch_id = (select min(id) from batch);
            update batch set swept_at = now() where id = (select min(id) from batch) and %d > 0;
            select count(*) from send_failed join recipient using (batch_id, seq)
            """);
    await().atMost(LIMIT).until(() -> outcomes.get() > 5 && finishes.get() > 5);

    try (Connection reader = connect()) {
      reader.setAutoCommit(false);
      try (Statement statement = reader.createStatement()) {
        statement.execute("select count(*) from recipient join send_success using (batch_id, seq)");
        CompletableFuture<Void> migration =
            CompletableFuture.runAsync(
                () -> {
                  migrateTo("latest");
                  migrated.set(true);
                },
                THREADS);
        await().atMost(LIMIT).until(() -> migration.isDone() || hasVersion3());
        assertThat(migration).isNotDone();
        int before = outcomes.get();
        // A long reader holds the rest of the migration up, not those who work.
        await().atMost(LIMIT).until(() -> migration.isDone() || outcomes.get() > before + 5);
        assertThat(migration).isNotDone();
        reader.commit();
        migration.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      }
    }

    sender.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    gateway.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    assertThat(value("select count(*) from send_success")).isEqualTo(3_000 + outcomes.get());
    assertThat(value("select sum(succeeded) from batch_progress"))
        .isEqualTo(3_000 + outcomes.get());
  }

  /** Transactions one after the other, to the first one after the migration. */
  private static CompletableFuture<Void> work(
      AtomicBoolean until, AtomicInteger done, String statements) {
    return CompletableFuture.runAsync(
        () -> {
          try (Connection connection = connect();
              Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            boolean last;
            do {
              last = until.get();
              statement.execute(statements.formatted(done.get() + 1));
              connection.commit();
              done.incrementAndGet();
            } while (!last);
          } catch (SQLException e) {
            throw new IllegalStateException("broken off by the migration", e);
          }
        },
        THREADS);
  }

  /** V003 is there, so it is V004 that waits for the reader. */
  private static boolean hasVersion3() throws SQLException {
    return value("select count(*) from pg_class where relname = 'webhook'") == 1;
  }

  private static void migrateTo(String version) {
    Flyway.configure().dataSource(url(), user(), password()).target(version).load().migrate();
  }

  private static String url() {
    return SERVERS.databaseUrl().replaceFirst("/[^/?]+(\\?|$)", "/" + DATABASE + "$1");
  }

  private static String user() {
    return setting("HONGYAN_DATABASE_USER");
  }

  private static String password() {
    return setting("HONGYAN_DATABASE_PASSWORD");
  }

  private static String setting(String name) {
    return Objects.requireNonNull(SERVERS.environment().get(name), name);
  }

  private static Connection connect() throws SQLException {
    return DriverManager.getConnection(url(), user(), password());
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static long value(String query) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      assertThat(result.next()).isTrue();
      return result.getLong(1);
    }
  }
}
