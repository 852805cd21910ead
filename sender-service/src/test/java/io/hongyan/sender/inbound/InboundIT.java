package io.hongyan.sender.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.callback.InboundRecord;
import io.hongyan.sender.OwnDatabase;
import io.hongyan.sender.SenderDatabase;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** The log of what followers say and do, and who follows. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class InboundIT {

  private static final Instant AT = Instant.now().truncatedTo(ChronoUnit.SECONDS);

  private final AtomicLong ids = new AtomicLong(1);
  private final OwnDatabase own = OwnDatabase.create();
  private final SenderDatabase database =
      new SenderDatabase(own.url(), List.of(InboundMapper.class));
  private final JdbcClient jdbc = database.jdbc();
  private final TransactionTemplate transaction = new TransactionTemplate(database.transactions());
  private final InboundTransaction inbound =
      new InboundTransaction(database.mapper(InboundMapper.class));

  @BeforeAll
  void prepare() {
    jdbc.sql(
            "insert into account (id, name, app_id, app_secret) values ('mall', 'Mall', 'wx1', '')")
        .update();
    jdbc.sql("insert into tag (account_id, id, name, followers) values ('mall', 7, 'vip', 1)")
        .update();
    jdbc.sql("select hongyan_create_day(now())::text").query(String.class).list();
  }

  @AfterAll
  void close() {
    database.close();
    own.close();
  }

  @Test
  void aMessageIsLoggedOnceAsItCame() {
    InboundRecord message =
        new InboundRecord(
            ids.getAndIncrement(),
            AT,
            "mall",
            "oA",
            "text",
            null,
            null,
            77L,
            AT,
            "<xml>\0</xml>",
            "keyword hours",
            "{\"type\":\"text\",\"content\":\"9 to 5\"}",
            "replied",
            12,
            "g1");

    store(message);
    store(message, message);

    assertThat(
            jdbc.sql(
                    "select concat_ws(', ', body, msg_id, handler, reply->>'content', result, took_ms) from callback_log where openid = 'oA'")
                .query(String.class)
                .list())
        .containsExactly("<xml> </xml>, 77, keyword hours, 9 to 5, replied, 12");
    assertThat(follower("oA")).isEmpty();
  }

  @Test
  void whoUnfollowsIsUnsubscribedAndLosesTheTags() {
    jdbc.sql(
            "insert into follower (account_id, openid, subscribed, seen_in, changed_at) values ('mall', 'oB', true, 5, now() - interval '1 day')")
        .update();
    jdbc.sql(
            "insert into follower_tag (account_id, tag_id, openid, seen_in) values ('mall', 7, 'oB', 5), ('mall', 7, 'oOther', 5)")
        .update();

    store(event("oB", "unsubscribe", AT));

    assertThat(follower("oB")).isEqualTo("f 5 true");
    assertThat(tagged()).doesNotContain("oB").contains("oOther");
  }

  @Test
  void whoFollowsAgainIsSubscribed() {
    store(event("oC", "unsubscribe", AT));
    assertThat(follower("oC")).as("known by an event alone").isEqualTo("f 0 true");

    store(event("oC", "subscribe", AT.plusSeconds(1)));

    assertThat(follower("oC")).isEqualTo("t 0 true");
  }

  @Test
  void anOlderEventThatComesLateChangesNothing() {
    jdbc.sql(
            "insert into follower_tag (account_id, tag_id, openid, seen_in) values ('mall', 7, 'oD', 5)")
        .update();
    store(event("oD", "subscribe", AT));

    store(event("oD", "unsubscribe", AT.minusSeconds(1)));

    assertThat(follower("oD")).isEqualTo("t 0 true");
    assertThat(tagged()).contains("oD");
  }

  @Test
  void ofAGroupTheLastOfEachPersonCounts() {
    store(
        event("oE", "unsubscribe", AT.plusSeconds(5)),
        event("oE", "subscribe", AT),
        event("oF", "unsubscribe", AT),
        event("oF", "subscribe", AT));

    assertThat(follower("oE")).isEqualTo("f 0 true");
    assertThat(follower("oF")).as("in one second, the one that came later").isEqualTo("t 0 true");
  }

  @Test
  void aCopyFromTheQueueDoesNotUndoWhatCameAfter() {
    InboundRecord unsubscribe = event("oG", "unsubscribe", AT);
    store(unsubscribe);
    store(event("oG", "subscribe", AT));

    store(unsubscribe);

    assertThat(follower("oG")).isEqualTo("t 0 true");
  }

  @Test
  void anUnknownAccountsEventIsLoggedOnly() {
    InboundRecord foreign =
        new InboundRecord(
            ids.getAndIncrement(),
            AT,
            "gone",
            "oH",
            "event",
            "subscribe",
            null,
            null,
            AT,
            "x",
            "none",
            null,
            "nothing",
            1,
            "g1");

    store(foreign);

    assertThat(follower("oH")).isEmpty();
    assertThat(
            jdbc.sql("select count(*) from callback_log where openid = 'oH'")
                .query(Integer.class)
                .single())
        .isEqualTo(1);
  }

  @Test
  void sendersAtOnceDoNotWaitInACircle() throws Exception {
    List<InboundRecord> events = new ArrayList<>();
    for (int person = 0; person < 40; person++) {
      String openid = "oStorm%02d".formatted(person);
      jdbc.sql(
              "insert into follower_tag (account_id, tag_id, openid, seen_in) values ('mall', 7, ?, 5)")
          .param(openid)
          .update();
      for (int second = 0; second < 20; second++) {
        events.add(
            event(openid, second % 2 == 0 ? "subscribe" : "unsubscribe", AT.plusSeconds(second)));
      }
    }
    Collections.shuffle(events, new Random(20261122));
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<?>> storm = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        int offset = thread * 20;
        storm.add(
            threads.submit(
                () -> {
                  for (int at = offset; at < events.size(); at += 80) {
                    store(events.subList(at, at + 20).toArray(InboundRecord[]::new));
                  }
                }));
      }
      for (Future<?> thread : storm) {
        thread.get();
      }
    }

    assertThat(
            jdbc.sql("select distinct subscribed::text from follower where openid like 'oStorm%'")
                .query(String.class)
                .list())
        .containsExactly("false");
    assertThat(tagged()).noneMatch(openid -> openid.startsWith("oStorm"));
  }

  @Test
  void whatAnErasedPersonDidBeforeIsLeftOut() {
    jdbc.sql("insert into erased_person values ('mall', sha256('oErased'), ?::timestamptz)")
        .param(AT.plus(1, ChronoUnit.MINUTES).toString())
        .update();
    InboundRecord before = event("oErased", "subscribe", AT);
    InboundRecord after =
        new InboundRecord(
            ids.getAndIncrement(),
            AT.plus(2, ChronoUnit.MINUTES),
            "mall",
            "oErased",
            "event",
            "unsubscribe",
            null,
            null,
            AT,
            "<xml/>",
            "none",
            null,
            "nothing",
            1,
            "g1");

    store(before);
    assertThat(follower("oErased")).isEmpty();
    store(after);

    assertThat(
            jdbc.sql("select event from callback_log where openid = 'oErased'")
                .query(String.class)
                .list())
        .containsExactly("unsubscribe");
  }

  private void store(InboundRecord... records) {
    transaction.executeWithoutResult(status -> inbound.store(List.of(records)));
  }

  private InboundRecord event(String openid, @Nullable String event, Instant at) {
    long id = ids.getAndIncrement();
    return new InboundRecord(
        id,
        AT.plusMillis(id),
        "mall",
        openid,
        "event",
        event,
        null,
        null,
        at,
        "<xml/>",
        "none",
        null,
        "nothing",
        1,
        "g1");
  }

  /** Subscribed, the run that saw the person, and whether it changed just now; empty if unknown. */
  private String follower(String openid) {
    return jdbc.sql(
            "select concat_ws(' ', subscribed, seen_in, (changed_at > now() - interval '1 minute')::text) from follower where account_id = 'mall' and openid = ?")
        .param(openid)
        .query(String.class)
        .optional()
        .orElse("");
  }

  private List<String> tagged() {
    return jdbc.sql("select openid from follower_tag")
        .query((row, number) -> row.getString(1))
        .list();
  }
}
