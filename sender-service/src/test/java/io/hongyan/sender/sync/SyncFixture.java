package io.hongyan.sender.sync;

import static org.mockito.Mockito.mock;

import io.hongyan.sender.OwnDatabase;
import io.hongyan.sender.Samples;
import io.hongyan.sender.SenderDatabase;
import io.hongyan.sender.SimulatedWeChat;
import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.gate.AccountGate;
import io.hongyan.sender.gate.AccountQuota;
import io.hongyan.sender.token.TokenCalls;
import io.hongyan.sender.token.TokenParts;
import io.hongyan.sender.wechat.AccountCalls;
import io.hongyan.sender.wechat.WeChatClient;
import io.hongyan.sender.wechat.WeChatClients;
import io.hongyan.test.SettableClock;
import io.hongyan.test.TestServers;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionTemplate;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;

/** What syncs work on: a real database, a real Redis, and WeChat's stand-in. */
final class SyncFixture implements AutoCloseable {

  static final Duration LEASE = Duration.ofMinutes(2);

  static final SyncProperties PROPERTIES =
      new SyncProperties(
          "0 30 3 * * *",
          "0 10 3 * * *",
          ZoneId.of("Asia/Shanghai"),
          Duration.ofSeconds(5),
          2,
          LEASE,
          Duration.ofSeconds(30),
          Duration.ofMinutes(15),
          Duration.ofMinutes(5));

  final SettableClock clock = new SettableClock(Instant.parse("2026-11-22T03:00:00Z"));
  final SimulatedWeChat wechat = new SimulatedWeChat(Clock.systemUTC());
  final UnifiedJedis redis = RedisClient.create(URI.create(TestServers.get().redisUrl()));
  final List<Object> events = new ArrayList<>();
  private final List<WeChatClient> clients = new ArrayList<>();
  // Of its own: the running sender of other tests would work on what is asked for here.
  private final OwnDatabase own = OwnDatabase.create();
  private final SenderDatabase database =
      new SenderDatabase(
          own.url(),
          List.of(
              FollowerSyncMapper.class,
              TagSyncMapper.class,
              TemplateSyncMapper.class,
              AccountQuota.class));
  final JdbcClient jdbc = database.jdbc();
  final AccountGate gate = mock();
  final AccountQuota quotas = database.mapper(AccountQuota.class);

  /** A new account here and at WeChat; {@code rest} = followers, tags, templates there. */
  SenderAccount account(String rest) {
    String name = UUID.randomUUID().toString().substring(0, 8);
    SenderAccount account = Samples.account("a-" + name, "wx" + name);
    jdbc.sql("insert into account (id, name, app_id, app_secret) values (?, 'Mall', ?, '')")
        .params(account.id(), account.appId())
        .update();
    wechat.putAccount(account.appId(), rest);
    return account;
  }

  <T> T mapper(Class<T> type) {
    return database.mapper(type);
  }

  TemplateSync templates() {
    return templates(transactions());
  }

  /** The same with other transactions. */
  TemplateSync templates(TransactionTemplate transactions) {
    WeChatClient client = client(wechat.address());
    ApplicationEventPublisher publisher = events::add;
    return new TemplateSync(
        calls(client),
        WeChatClients.accountCalls(client),
        database.mapper(TemplateSyncMapper.class),
        transactions,
        publisher);
  }

  QuotaReader quotaReader() {
    WeChatClient client = client(wechat.address());
    return new QuotaReader(calls(client), WeChatClients.accountCalls(client), quotas, clock);
  }

  /** A client of that WeChat. */
  WeChatClient client(URI address) {
    WeChatClient client = WeChatClients.to(address, Duration.ofSeconds(10));
    clients.add(client);
    return client;
  }

  /** Calls with tokens that the client fetches. */
  TokenCalls calls(WeChatClient client) {
    return TokenParts.calls(redis, client, Clock.systemUTC());
  }

  AccountCalls accountCalls() {
    return WeChatClients.accountCalls(client(wechat.address()));
  }

  TransactionTemplate transactions() {
    return new TransactionTemplate(database.transactions());
  }

  /** Transactions in which something else happens before their commit. */
  TransactionTemplate transactions(Runnable beforeCommit) {
    return new TransactionTemplate(database.transactions()) {
      @Override
      public <T extends @Nullable Object> T execute(TransactionCallback<T> action) {
        return super.execute(
            status -> {
              T result = action.doInTransaction(status);
              beforeCommit.run();
              return result;
            });
      }
    };
  }

  /** Transactions before which something else happens. */
  TransactionTemplate transactionsAfter(Runnable before) {
    return new TransactionTemplate(database.transactions()) {
      @Override
      public <T extends @Nullable Object> T execute(TransactionCallback<T> action) {
        before.run();
        return super.execute(action);
      }
    };
  }

  /** Transactions of which one goes through, but looks as if it had not. */
  TransactionTemplate losingAnswer(int ofCommit) {
    AtomicInteger commits = new AtomicInteger(ofCommit);
    return new TransactionTemplate(database.transactions()) {
      @Override
      public <T extends @Nullable Object> T execute(TransactionCallback<T> action) {
        T result = super.execute(action);
        if (commits.decrementAndGet() == 0) {
          throw new TransientDataAccessResourceException("connection lost after the commit");
        }
        return result;
      }
    };
  }

  List<String> texts(String sql, SenderAccount account) {
    return jdbc.sql(sql).param(account.id()).query((row, number) -> row.getString(1)).list();
  }

  @Override
  public void close() {
    clients.forEach(WeChatClient::destroy);
    wechat.close();
    redis.close();
    database.close();
    own.close();
  }
}
