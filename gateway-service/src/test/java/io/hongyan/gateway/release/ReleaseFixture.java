package io.hongyan.gateway.release;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.Lane;
import io.hongyan.common.message.PushMessage;
import io.hongyan.common.message.PushMessageCodec;
import io.hongyan.common.message.Topology;
import io.hongyan.common.message.UnreadableMessageException;
import io.hongyan.test.TestServers;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.ibatis.session.SqlSessionFactory;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.mybatis.spring.SqlSessionFactoryBean;
import org.mybatis.spring.SqlSessionTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The release's database, mappers and queues without the application around them, so that each test
 * decides which worker runs when. Lives in a schema of its own: gateways of other tests that still
 * run in this JVM do not see its batches.
 */
final class ReleaseFixture {

  private static final String SCHEMA = "release_it";
  private static final PushMessageCodec CODEC = new PushMessageCodec();
  private static final AtomicReference<ReleaseFixture> SHARED = new AtomicReference<>();

  private final AtomicInteger accounts = new AtomicInteger();
  private final HikariDataSource dataSource;
  private final SqlSessionTemplate session;
  final JdbcClient jdbc;
  final SettableRules rules = new SettableRules();
  final TransactionTemplate transaction;
  final Connection broker;

  private ReleaseFixture() {
    TestServers servers = TestServers.get();
    dataSource = dataSource(servers);
    Flyway.configure()
        .dataSource(dataSource)
        .schemas(SCHEMA)
        .defaultSchema(SCHEMA)
        .load()
        .migrate();
    session = session(dataSource);
    jdbc = JdbcClient.create(dataSource);
    transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
    try {
      broker = factory(URI.create(servers.rabbitUrl()).getPort()).newConnection("release tests");
    } catch (IOException | TimeoutException e) {
      throw new IllegalStateException("no RabbitMQ for the tests", e);
    }
  }

  /** The fixture with empty tables. */
  static synchronized ReleaseFixture clean() {
    ReleaseFixture fixture = SHARED.get();
    if (fixture == null) {
      fixture = new ReleaseFixture();
      SHARED.set(fixture);
    }
    fixture.rules.reset();
    fixture
        .jdbc
        .sql(
            """
            truncate account, template, batch, batch_progress, recipient, send_started, send_success, send_failed,
              send_attempt, follower_tag, person_day cascade""")
        .update();
    return fixture;
  }

  /** A connection in the fixture's schema; the caller closes it. */
  java.sql.Connection connect() throws SQLException {
    return dataSource.getConnection();
  }

  /** A mapper of the package. */
  <T> T mapper(Class<T> type) {
    return session.getMapper(type);
  }

  /** Where the broker is, by this port: the real one's or a proxy's. */
  static ConnectionFactory factory(int port) {
    ConnectionFactory factory = new ConnectionFactory();
    try {
      factory.setUri(TestServers.get().rabbitUrl());
    } catch (GeneralSecurityException | java.net.URISyntaxException e) {
      throw new IllegalStateException("the tests' RabbitMQ address is wrong", e);
    }
    factory.setHost("127.0.0.1");
    factory.setPort(port);
    return factory;
  }

  static int brokerPort() {
    return URI.create(TestServers.get().rabbitUrl()).getPort();
  }

  /** A new account without a rate. */
  String account() {
    String id = "rel-%d-%d".formatted(ProcessHandle.current().pid(), accounts.incrementAndGet());
    jdbc.sql(
            "insert into account (id, name, app_id, app_secret) values (?, 'Mall', 'wx1', '\\x00'::bytea)")
        .param(id)
        .update();
    return id;
  }

  /** Starts a batch description; {@link NewBatch#insert} stores it. */
  NewBatch batch(String account, int total) {
    return new NewBatch(jdbc, account, total);
  }

  /** One column of a batch row. */
  <T> T batch(BatchId id, String column, Class<T> type) {
    return jdbc.sql("select " + column + " from batch where id = ?")
        .param(id.value())
        .query(type)
        .single();
  }

  /** What was audited of a batch, as {@code actor action detail}. */
  List<@Nullable String> audited(BatchId id) {
    return jdbc.sql(
            "select actor || ' ' || action || ' ' || detail from audit_log where subject = 'batch/' || ? order by id")
        .param(id.toString())
        .query(String.class)
        .list();
  }

  String state(BatchId id) {
    return batch(id, "state", String.class);
  }

  /** Everything that waits in the account's lane, taken out and acked. */
  List<PushMessage> drain(String account, Lane lane) {
    List<PushMessage> messages = new ArrayList<>();
    try (Channel channel = broker.createChannel()) {
      Topology.declareShared(channel);
      Topology.declareAccount(channel, account);
      GetResponse response;
      while ((response = channel.basicGet(Topology.sendQueue(account, lane), true)) != null) {
        messages.add(CODEC.decode(response.getBody()));
      }
    } catch (IOException | TimeoutException | UnreadableMessageException e) {
      throw new IllegalStateException("the queue of " + account + " cannot be read", e);
    }
    return messages;
  }

  /** Places of the messages that wait in the normal lane, taken out. */
  List<Integer> drainedSeqs(String account) {
    return drain(account, Lane.NORMAL).stream().map(message -> message.id().seq()).toList();
  }

  ReleaseCursor cursor(ReleaseProperties properties) {
    return new ReleaseCursor(mapper(ReleaseMapper.class), transaction, rules, properties);
  }

  Addressable addressable() {
    return new Addressable(rules, mapper(DayMapper.class), unsent(), transaction, new LeaseOwner());
  }

  UnsentMessages unsent() {
    return new UnsentMessages(mapper(UnsentMapper.class));
  }

  /** A canceller as on a gateway of its own. */
  Canceller canceller(LeaseOwner owner, ReleaseProperties properties) {
    return new Canceller(owner, mapper(CancelMapper.class), unsent(), transaction, properties);
  }

  /** A releaser as on a gateway of its own. */
  Releaser releaser(Lane lane, String owner, ReleaseProperties properties) {
    return releaser(lane, owner, properties, brokerPort());
  }

  Releaser releaser(Lane lane, String owner, ReleaseProperties properties, int port) {
    return new Releaser(
        lane,
        owner,
        cursor(properties),
        addressable(),
        publishers(port).create(owner),
        new Rotation(),
        properties);
  }

  MessagePublishers publishers(int port) {
    return new MessagePublishers(factory(port), properties(100, 1000), Clock.systemUTC());
  }

  /** Changes a batch row behind the release's back. */
  void change(BatchId id, String assignments) {
    jdbc.sql("update batch set " + assignments + " where id = ?").param(id.value()).update();
  }

  /** Records successes as a sender would. */
  void succeed(BatchId id, int first, int last) {
    jdbc.sql(
            """
            insert into send_success (batch_id, seq, account_id, template_id, openid, attempts, sent_at, took_ms, worker)
            select batch_id, seq, 'mall', 'order-paid', openid, 1, now(), 100, 'sender-1'
            from recipient where batch_id = ? and seq between ? and ?""")
        .params(id.value(), first, last)
        .update();
    jdbc.sql("update batch_progress set succeeded = succeeded + ? where batch_id = ?")
        .params(last - first + 1, id.value())
        .update();
  }

  /** Gives messages start rows as a sender would. */
  void started(BatchId id, int first, int last, int open, String since) {
    jdbc.sql(
            """
            insert into send_started (batch_id, seq, open, since, worker, last_start)
            select batch_id, seq, ?, now() + ?::interval, 'sender-1', 1
            from recipient where batch_id = ? and seq between ? and ?""")
        .params(open, since, id.value(), first, last)
        .update();
  }

  /** Places of the recipients that a table has rows for. */
  List<@Nullable Integer> seqs(BatchId id, String table) {
    return jdbc.sql("select seq from " + table + " where batch_id = ? order by seq")
        .param(id.value())
        .query(Integer.class)
        .list();
  }

  int progress(BatchId id, String counter) {
    return jdbc.sql("select " + counter + " from batch_progress where batch_id = ?")
        .param(id.value())
        .query(Integer.class)
        .single();
  }

  /** The numbers from first to last, both included. */
  static List<Integer> range(int first, int last) {
    return IntStream.rangeClosed(first, last).boxed().toList();
  }

  /** Settings with small chunks, so that a few messages make several of them. */
  static ReleaseProperties properties(int chunk, int window) {
    return new ReleaseProperties(
        true,
        chunk,
        4,
        window,
        Duration.ofSeconds(60),
        Duration.ofSeconds(30),
        Duration.ofSeconds(5),
        1,
        1,
        Duration.ofMillis(10),
        Duration.ofMillis(50),
        Duration.ofMillis(50),
        100,
        100,
        100);
  }

  private static HikariDataSource dataSource(TestServers servers) {
    Map<String, String> environment = servers.environment();
    HikariConfig config = new HikariConfig();
    String url = servers.databaseUrl();
    config.setJdbcUrl(url + (url.contains("?") ? "&" : "?") + "currentSchema=" + SCHEMA);
    config.setUsername(environment.get("HONGYAN_DATABASE_USER"));
    config.setPassword(environment.get("HONGYAN_DATABASE_PASSWORD"));
    return new HikariDataSource(config);
  }

  private static SqlSessionTemplate session(HikariDataSource dataSource) {
    var configuration = new org.apache.ibatis.session.Configuration();
    configuration.setMapUnderscoreToCamelCase(true);
    configuration.setArgNameBasedConstructorAutoMapping(true);
    SqlSessionFactoryBean bean = new SqlSessionFactoryBean();
    bean.setDataSource(dataSource);
    bean.setConfiguration(configuration);
    try {
      SqlSessionFactory factory = Objects.requireNonNull(bean.getObject());
      List.of(
              ReleaseMapper.class,
              ScheduleMapper.class,
              FinishMapper.class,
              CancelMapper.class,
              UnsentMapper.class,
              DayMapper.class,
              ResolveMapper.class,
              SweepMapper.class)
          .forEach(factory.getConfiguration()::addMapper);
      return new SqlSessionTemplate(factory);
    } catch (Exception e) {
      throw new IllegalStateException("the mappers do not load", e);
    }
  }
}
