package io.hongyan.gateway.inbox;

import static io.hongyan.gateway.inbox.People.newUid;
import static io.hongyan.gateway.inbox.People.publish;
import static io.hongyan.gateway.inbox.People.unread;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.inbox.SyncLocks.Lease;
import io.hongyan.test.TestServers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import redis.clients.jedis.RedisClient;
import tools.jackson.databind.JsonNode;

/** Two gateways and many requests at the same people at once. */
class InboxRacesIT {

  private static final RunningGateway ONE = RunningGateway.shared();
  private static final RunningGateway OTHER =
      RunningGateway.start(
          // So long that the other sees what is new because it looks, not because it waits.
          Map.of("hongyan.config.reload-interval", "1h", "hongyan.inbox.lock-ttl", "5s"));
  private static final RedisClient REDIS =
      RedisClient.create(URI.create(TestServers.get().redisUrl()));
  private static final Duration SOON = Duration.ofSeconds(30);

  private String account = "";
  private final String person = newUid();

  @BeforeAll
  static void awaitBoth() {
    assertThat(OTHER.admin("GET", "/v1/inbox/announcements", null).status()).isEqualTo(200);
  }

  @AfterAll
  static void stop() {
    OTHER.close();
    REDIS.close();
  }

  @BeforeEach
  void createAccount(TestInfo test) {
    account = "races-" + Integer.toHexString(test.getDisplayName().hashCode());
    ONE.createAccount(account);
  }

  @Test
  void aHundredTriggersOfOnePersonAtOnceMakeOneSync() throws Exception {
    publish(ONE, account, "First");
    publish(ONE, account, "Second");
    CyclicBarrier start = new CyclicBarrier(100);
    List<UserSync.ShownUp> all =
        atOnce(
            IntStream.range(0, 100)
                .<Callable<UserSync.ShownUp>>mapToObj(
                    i ->
                        () -> {
                          UserSync sync = (i % 2 == 0 ? ONE : OTHER).bean(UserSync.class);
                          start.await();
                          return sync.shownUp(Set.of(person));
                        })
                .toList());

    List<UserSync.ShownUp> synced =
        all.stream().filter(shownUp -> !shownUp.synced().isEmpty()).toList();
    assertThat(synced).hasSize(1);
    synced.getFirst().written().get();
    assertThat(copies()).isEqualTo(2);
    assertThat(People.active(ONE, person)).isEqualTo("recent");
    assertThat(People.active(OTHER, person)).isEqualTo("recent");
    assertThat(REDIS.get(SyncLocks.key(person))).as("the lock is free again").isNull();
  }

  @Test
  void whoseSyncEndedBetweenTheLookAndTheLockIsLeftAlone() {
    publish(ONE, account, "Once");
    UserSync late =
        new UserSync(
            new SyncTimes(
                OTHER.bean(InboxRedis.class),
                Clock.systemUTC(),
                OTHER.bean(InboxProperties.class)) {
              private boolean looked;

              @Override
              Set<String> recent(Collection<String> uids) {
                Set<String> recent = super.recent(uids);
                if (!looked) {
                  looked = true;
                  ONE.bean(UserSync.class).shownUp(Set.of(person)).written().join();
                }
                return recent;
              }
            },
            OTHER.bean(SyncLocks.class),
            OTHER.bean(IncrementFinder.class),
            OTHER.bean(CopyWriter.class),
            new SimpleMeterRegistry());

    UserSync.ShownUp shownUp = late.shownUp(Set.of(person));

    assertThat(shownUp.synced()).isEmpty();
    assertThat(shownUp.recent()).containsExactly(person);
    assertThat(REDIS.get(SyncLocks.key(person))).as("the lock is free again").isNull();
  }

  @Test
  void theLockOfAKilledHolderFreesItself() {
    publish(ONE, account, "Not lost");
    REDIS.set(SyncLocks.key(person), "killed");

    assertThat(People.active(ONE, person)).as("skips, does not wait").isEqualTo("running");
    assertThat(unread(OTHER, person, account)).as("a reader does not need the lock").isEqualTo(1);
    REDIS.pexpire(SyncLocks.key(person), 500);

    await().atMost(SOON).until(() -> People.active(ONE, person), "synced"::equals);
    await().atMost(SOON).until(this::copies, written -> written == 1);
  }

  @Test
  void aHolderThatDiedBeforeItsCommitLosesAndDoublesNothing() {
    publish(ONE, account, "First");
    // It found what the person lacks, and then it was gone.
    Lease lease = OTHER.bean(SyncLocks.class).tryAcquire(Set.of(person));
    Increments found = OTHER.bean(IncrementFinder.class).find(person);
    assertThat(lease.uids()).containsExactly(person);
    publish(ONE, account, "Second");

    await().atMost(SOON).until(() -> People.active(ONE, person), "synced"::equals);
    await().atMost(SOON).until(this::copies, written -> written == 2);
    // It was not gone after all.
    OTHER.bean(CopyWriter.class).write(List.of(found)).join();
    OTHER.bean(SyncLocks.class).release(lease, lease.uids());

    assertThat(copies()).isEqualTo(2);
    assertThat(OTHER.bean(IncrementFinder.class).find(person).isNews())
        .as("the floor did not go back")
        .isFalse();
  }

  @Test
  void onlyItsOwnerReleasesALock() {
    SyncLocks locks = OTHER.bean(SyncLocks.class);
    Lease lease = locks.tryAcquire(Set.of(person));
    REDIS.set(SyncLocks.key(person), "somebody else, after it expired");

    locks.release(lease, lease.uids());

    assertThat(REDIS.get(SyncLocks.key(person))).isEqualTo("somebody else, after it expired");
    REDIS.del(SyncLocks.key(person));
  }

  @Test
  void twoGatewaysAgreeAtOnce() {
    for (int i = 1; i <= 10; i++) {
      RunningGateway writer = i % 2 == 0 ? ONE : OTHER;
      RunningGateway reader = i % 2 == 0 ? OTHER : ONE;
      String id = publish(writer, account, "No " + i);
      assertThat(unread(reader, person, account)).isEqualTo(1);
      assertThat(unread(writer, person, account)).isEqualTo(1);
      People.read(reader, person, account, id);
      assertThat(unread(writer, person, account)).isZero();
      String gone = publish(reader, account, "Gone " + i);
      assertThat(unread(writer, person, account)).isEqualTo(1);
      writer.admin("POST", "/v1/inbox/announcements/%s/withdraw".formatted(gone), null);
      assertThat(unread(reader, person, account)).isZero();
    }
  }

  @Test
  void whatIsPublishedDuringSyncsIsNeitherLostNorDoubled() throws Exception {
    List<String> people = IntStream.range(0, 8).mapToObj(i -> newUid()).toList();
    List<Callable<Boolean>> work = new ArrayList<>();
    for (int publisher = 0; publisher < 4; publisher++) {
      RunningGateway gateway = publisher % 2 == 0 ? ONE : OTHER;
      work.add(
          () -> {
            for (int i = 0; i < 15; i++) {
              publish(gateway, account, "No " + i);
            }
            return true;
          });
    }
    for (String uid : people) {
      for (RunningGateway gateway : List.of(ONE, OTHER)) {
        work.add(
            () -> {
              int before = 0;
              for (int i = 0; i < 30; i++) {
                gateway.bean(UserSync.class).open(uid);
                int now = unread(gateway, uid, account);
                assertThat(now).isGreaterThanOrEqualTo(before);
                before = now;
              }
              return true;
            });
      }
    }

    atOnce(work);

    for (String uid : people) {
      assertThat(unread(ONE, uid, account)).isEqualTo(60);
      JsonNode messages =
          ONE.admin(
                  "GET",
                  "/v1/inbox/users/%s/conversations/%s/messages?limit=1000".formatted(uid, account),
                  null)
              .json()
              .get("items");
      assertThat(messages.size()).isEqualTo(60);
      await()
          .atMost(SOON)
          .until(
              () -> {
                ONE.bean(UserSync.class).open(uid);
                return copies(uid);
              },
              written -> written == 60);
    }
  }

  @Test
  void unreadStaysExactUnderSyncReadAndWithdraw() throws Exception {
    List<String> ids =
        IntStream.range(0, 20).mapToObj(i -> publish(ONE, account, "No " + i)).toList();
    List<Callable<Boolean>> work = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      String seen = ids.get(i);
      RunningGateway gateway = i % 2 == 0 ? ONE : OTHER;
      work.add(() -> People.read(gateway, person, account, seen).status() == 200);
    }
    for (int i = 1; i < 20; i += 2) {
      String path = "/v1/inbox/announcements/%s/withdraw".formatted(ids.get(i));
      RunningGateway gateway = i % 4 == 1 ? ONE : OTHER;
      work.add(() -> gateway.admin("POST", path, null).status() == 200);
    }
    for (RunningGateway gateway : List.of(ONE, OTHER, ONE, OTHER)) {
      work.add(
          () -> {
            for (int i = 0; i < 20; i++) {
              gateway.bean(UserSync.class).shownUp(Set.of(person));
              assertThat(unread(gateway, person, account)).isBetween(5, 20);
            }
            return true;
          });
    }

    assertThat(atOnce(work)).doesNotContain(false);

    // The first ten are read; of the rest every second one was withdrawn.
    assertThat(unread(ONE, person, account)).isEqualTo(5);
    assertThat(unread(OTHER, person, account)).isEqualTo(5);
    People.read(OTHER, person, account, null);
    assertThat(unread(ONE, person, account)).isZero();
  }

  private int copies() {
    return copies(person);
  }

  private int copies(String uid) {
    return Database.count(
        "inbox_copy c join inbox_announcement a on a.id = c.id where c.uid = '%s' and a.account_id = '%s'"
            .formatted(uid, account));
  }

  private static <T> List<T> atOnce(List<Callable<T>> work) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> running = threads.invokeAll(work);
      List<T> results = new ArrayList<>();
      for (Future<T> one : running) {
        results.add(one.get());
      }
      return results;
    }
  }
}
