package io.hongyan.sender.sync;

import io.hongyan.sender.SimulatedWeChat;
import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.gate.AccountGate;
import io.hongyan.sender.wechat.WeChatClient;
import io.hongyan.sender.wechat.WeChatClients;
import io.hongyan.test.SettableClock;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Senders that sync followers and tags, from a WeChat that lists ten on a page. */
final class FollowerSyncFixture implements AutoCloseable {

  /** WeChat's path to the followers. */
  static final String USER_GET = "/cgi-bin/user/get";

  /** At WeChat, {@code o01} to {@code o25} follow. */
  static final String FOLLOWERS = "\"followers\":[%s]".formatted(quoted(1, 25));

  /** The same, and there are two tags: twelve are vip, the last one is new. */
  static final String FOLLOWERS_AND_TAGS =
      FOLLOWERS
          + ",\"tags\":[{\"id\":100,\"name\":\"vip\",\"openids\":[%s]},".formatted(quoted(1, 12))
          + "{\"id\":101,\"name\":\"new\",\"openids\":[\"o25\"]}]";

  final SyncFixture parts = new SyncFixture();
  final SettableClock clock = parts.clock;
  final SimulatedWeChat wechat = parts.wechat;
  final JdbcClient jdbc = parts.jdbc;
  final AccountGate gate = parts.gate;
  final FollowerSyncMapper mapper = parts.mapper(FollowerSyncMapper.class);

  FollowerSyncFixture() {
    wechat.settings("{\"followersPerPage\":10}");
  }

  /** Their openids as {@link #FOLLOWERS} has them. */
  static List<String> openids(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj("o%02d"::formatted).toList();
  }

  /** The same as JSON, without brackets. */
  static String quoted(int from, int to) {
    return openids(from, to).stream().map("\"%s\""::formatted).collect(Collectors.joining(","));
  }

  /** A new account here and at WeChat; {@code rest} = followers and tags there. */
  SenderAccount account(String rest) {
    return parts.account(rest);
  }

  /** The sync of one more sender. */
  FollowerSync sender() {
    return sender(parts.transactions(), wechat.address());
  }

  /** The same with other transactions. */
  FollowerSync sender(TransactionTemplate transactions) {
    return sender(transactions, wechat.address());
  }

  private FollowerSync sender(TransactionTemplate transactions, URI address) {
    WeChatClient client = parts.client(address);
    TagSync tags =
        new TagSync(
            parts.mapper(TagSyncMapper.class),
            transactions,
            parts.calls(client),
            WeChatClients.accountCalls(client));
    return new FollowerSync(
        mapper,
        tags,
        transactions,
        parts.calls(client),
        WeChatClients.accountCalls(client),
        gate,
        SyncFixture.PROPERTIES,
        clock);
  }

  /** Somebody wants the account's followers synced. */
  void request(SenderAccount account) {
    jdbc.sql(
            """
            insert into follower_sync (account_id, requested_at) values (?, now())
            on conflict (account_id) do update set requested_at = now()""")
        .param(account.id())
        .update();
  }

  /** One more sender does what there is to do, to its end. */
  void goOn(SenderAccount account) throws InterruptedException {
    sender().goOn(account, () -> true);
  }

  /** One more sender does so many steps and stops. */
  void goOn(SenderAccount account, int steps) throws InterruptedException {
    AtomicInteger left = new AtomicInteger(steps);
    sender().goOn(account, () -> left.getAndDecrement() > 0);
  }

  /** Syncs to the end, by a sender of its own. */
  void syncNow(SenderAccount account) throws InterruptedException {
    request(account);
    goOn(account);
  }

  /** The same from another WeChat. */
  void syncNow(SenderAccount account, MockWebServer other) throws InterruptedException {
    request(account);
    sender(parts.transactions(), other.url("/").uri()).goOn(account, () -> true);
  }

  /** Patience that ends so, after so many steps: no catch, no finally that would tidy up. */
  static BooleanSupplier killedAfter(int steps) {
    AtomicInteger left = new AtomicInteger(steps);
    return () -> {
      if (left.getAndDecrement() == 0) {
        throw new Killed();
      }
      return true;
    };
  }

  /** A kill -9. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** A WeChat without tags that answers what the test says to each request for a page. */
  static MockWebServer listing(UnaryOperator<String> followers) throws IOException {
    return answering(path -> path.startsWith(USER_GET) ? followers.apply(path) : "{\"tags\":[]}");
  }

  /** A WeChat that answers what the test says to each call but those for a token. */
  static MockWebServer answering(UnaryOperator<String> answers) throws IOException {
    MockWebServer server = new MockWebServer();
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            String path = request.getTarget();
            String body =
                path.startsWith("/cgi-bin/stable_token")
                    ? "{\"access_token\":\"t\",\"expires_in\":7200}"
                    : answers.apply(path);
            return new MockResponse.Builder().body(body).build();
          }
        });
    server.start();
    return server;
  }

  /** Who follows as far as is known, in order. */
  List<String> subscribed(SenderAccount account) {
    return texts(
        "select openid from follower where account_id = ? and subscribed order by openid", account);
  }

  /** Who is known not to follow any more. */
  List<String> unsubscribed(SenderAccount account) {
    return texts(
        "select openid from follower where account_id = ? and not subscribed order by openid",
        account);
  }

  /** {@code tag openid}, for each. */
  List<String> tagged(SenderAccount account) {
    return texts(
        """
        select t.name || ' ' || f.openid from follower_tag f join tag t on t.account_id = f.account_id and t.id = f.tag_id
        where f.account_id = ? order by 1""",
        account);
  }

  /** A column of the sync, as text; empty where it is null. */
  String sync(SenderAccount account, String column) {
    return texts(
            "select coalesce(%s::text, '') from follower_sync where account_id = ?"
                .formatted(column),
            account)
        .getFirst();
  }

  List<String> texts(String sql, SenderAccount account) {
    return parts.texts(sql, account);
  }

  @Override
  public void close() {
    parts.close();
  }
}
