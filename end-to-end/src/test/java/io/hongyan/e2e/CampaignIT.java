package io.hongyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Campaigns on whole processes: an audience through two kills, and a million under control. */
@ExtendWith(StackExtension.class)
class CampaignIT {

  private static final Logger log = LoggerFactory.getLogger(CampaignIT.class);
  private static final int FOLLOWERS = 20_000;
  private static final int VIPS = FOLLOWERS / 2;
  private static final int MILLION = 1_000_000;
  private static final Duration STOPS_WITHIN = Duration.ofSeconds(2);
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final Stack stack;
  private final GatewayClient gateway;
  private final Audit audit;

  CampaignIT(Stack stack) {
    this.stack = stack;
    this.gateway = stack.gateway();
    this.audit = stack.audit();
  }

  @Test
  void killsInMidSyncAndInMidReleaseRepeatAndSkipNobody() {
    TestAccount account = stack.newAccount("");
    stack.simulator().putFollowers(account, "oC", FOLLOWERS, 2);
    stack.simulator().setFollowersPerPage(200);
    stack.simulator().setLatencyMillis(5);

    gateway
        .call("POST", "/v1/accounts/%s/followers/sync".formatted(account.id()), null)
        .expecting(202);
    int known = awaitFollowers(account, FOLLOWERS / 10);
    stack.senderProcess().kill();
    log.info("sender killed in mid-sync followers={}", known);
    assertThat(followers(account)).as("killed in the middle").isLessThan(FOLLOWERS);
    stack.senderProcess().start();
    await("followers synced").atMost(LIMIT).until(() -> isSynced(account));
    assertThat(followers(account)).isEqualTo(FOLLOWERS);
    assertThat(
            audit.count(
                "select count(*) from follower_tag where account_id = '%s'"
                    .formatted(account.id())))
        .isEqualTo(VIPS);
    stack.simulator().setLatencyMillis(0);

    Batch batch =
        Batch.accepted(
            gateway.call(
                "POST",
                "/v1/batches",
                """
                {"account":"%s","template":"%s","audience":{"tag":"vip"},
                 "data":{"thing1":"headphones","character_string2":"A-1"}}
                """
                    .formatted(account.id(), TestAccount.TEMPLATE)));
    int found = awaitFound(batch);
    stack.gatewayProcess().kill();
    log.info("gateway killed while it resolved the audience found={}", found);
    assertThat(audit.text("select total from batch where id = ?", batch))
        .as("killed in the middle")
        .isEmpty();
    stack.gatewayProcess().start();
    stack.gatewayProcess().awaitHealthy();

    audit.assertAllAcceptedOnce(new Batch(batch.id(), VIPS));
    assertThat(
            audit.count("select count(distinct openid) from recipient where batch_id = ?", batch))
        .isEqualTo(VIPS);
  }

  @Test
  void aMillionStopWithinTwoSecondsGoOnWithoutARepeatAndEndWhenCancelled() {
    TestAccount account = stack.newAccount("");
    Batch batch = Batch.accepted(gateway.submitCsv(account.id(), TestAccount.csv(MILLION)));
    audit.awaitSucceeded(batch, 5_000);

    change(batch, "pause");
    long pausedAt = System.currentTimeMillis();
    awaitSilence();
    long lastAt = lastAcceptedMillis();
    log.info("last message after the pause was answered ms={}", lastAt - pausedAt);
    assertThat(lastAt - pausedAt).isLessThanOrEqualTo(STOPS_WITHIN.toMillis());

    int beforeResume = audit.progress(batch).succeeded();
    change(batch, "resume");
    audit.awaitSucceeded(batch, beforeResume + 5_000);
    change(batch, "cancel");

    await("every recipient has an outcome")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> audit.progress(batch), done -> done.succeeded() + done.failed() == MILLION);
    Audit.Progress end = audit.progress(batch);
    log.info("cancelled progress={}", end);
    assertThat(
            audit.count(
                "select count(*) from send_failed where class <> 'cancelled' and batch_id = ?",
                batch))
        .isZero();
    assertThat(audit.count("select count(*) from send_failed where batch_id = ?", batch))
        .isEqualTo(end.failed());
    JsonNode stats = stack.simulator().stats();
    assertThat(stats.get("repeated").asInt()).isZero();
    assertThat(stats.get("distinct").asInt()).isEqualTo(end.succeeded());
  }

  private void change(Batch batch, String action) {
    gateway.call("POST", "/v1/batches/%s/%s".formatted(batch.id(), action), null).expecting(200);
  }

  /** Waits until nothing has reached WeChat for longer than the limit, so that nothing will. */
  private void awaitSilence() {
    await("silence")
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> System.currentTimeMillis() - lastAcceptedMillis(),
            quiet -> quiet > STOPS_WITHIN.plusSeconds(2).toMillis());
  }

  private long lastAcceptedMillis() {
    int accepted = stack.simulator().stats().get("accepted").asInt();
    return stack.simulator().acceptedAt(accepted);
  }

  private int awaitFollowers(TestAccount account, int atLeast) {
    return await("some followers")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> followers(account), known -> known >= atLeast);
  }

  private int awaitFound(Batch batch) {
    return await("a part of the audience")
        .atMost(LIMIT)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> audit.count("select audience_seq from batch where id = ?", batch),
            found -> found > 0);
  }

  private int followers(TestAccount account) {
    return audit.count(
        "select count(*) from follower where account_id = '%s'".formatted(account.id()));
  }

  private boolean isSynced(TestAccount account) {
    return audit.count(
            "select count(*) from account where followers_synced_at is not null and id = '%s'"
                .formatted(account.id()))
        == 1;
  }
}
