package io.hongyan.sender.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.MessageId;
import io.hongyan.sender.Samples;
import io.hongyan.sender.consume.StandInGateway.Account;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** WeChat stops an account: its messages wait, use no try and are sent when it opens again. */
@Timeout(60)
class GatesIT {

  private static final String NO_LIMIT = "{\"dailyLimit\":1000000}";

  private final RunningSender sender = RunningSender.get();

  @AfterEach
  void clear() {
    sender.wechat.clearFaults();
    sender.wechat.settings(NO_LIMIT);
  }

  @Test
  void aWrongSecretStopsTheAccountUntilAPersonResumesItAndNoOther() {
    Account account = sender.gateway.account();
    Account other = sender.gateway.account();
    sender.gateway.putAtWeChat(account, "another secret than ours");

    MessageId id = sender.gateway.publish(account);

    await().until(() -> sender.gateway.gate(account).equals("needs-a-person"));
    assertThat(gate(account, "gate_until")).isNull();
    assertThat(gate(account, "gate_evidence")).contains("40125").doesNotContain(Samples.SECRET);
    ends(sender.gateway.publish(other), "success 1");
    assertThat(sender.messages.outcome(id)).isEmpty();
    sender.gateway.putAtWeChat(account, Samples.SECRET);
    sender.gateway.resume(account);
    ends(id, "success 1");
  }

  @Test
  void aUsedUpDayGatesTheAccountUntilMidnightInChina() {
    Account account = sender.gateway.account();
    sender.wechat.settings("{\"dailyLimit\":1}");
    ends(sender.gateway.publish(account), "success 1");

    MessageId id = sender.gateway.publish(account);

    await().until(() -> sender.gateway.gate(account).equals("daily-quota"));
    ZoneId china = ZoneId.of("Asia/Shanghai");
    assertThat(gateUntil(account))
        .isEqualTo(LocalDate.now(china).plusDays(1).atStartOfDay(china).toInstant());
    assertThat(sender.messages.outcome(id)).isEmpty();
    sender.wechat.settings(NO_LIMIT);
    sender.gateway.resume(account);
    ends(id, "success 2");
    assertThat(triesUsed(id)).isZero();
  }

  @Test
  void theNextDayOpensTheAccountWithoutAPerson() {
    Account account = sender.gateway.account();
    sender.wechat.settings("{\"dailyLimit\":1}");
    ends(sender.gateway.publish(account), "success 1");
    MessageId id = sender.gateway.publish(account);
    await().until(() -> sender.gateway.gate(account).equals("daily-quota"));
    assertThat(remaining(account)).as("kept for all to see").isEqualTo("0");

    sender.wechat.settings(NO_LIMIT);
    sender
        .jdbc
        .sql("update account set gate_until = now() + interval '1 second' where id = ?")
        .param(account.id())
        .update();

    ends(id, "success 2");
    // The gate is open when its time is over; the row follows at the next look.
    await().untilAsserted(() -> assertThat(sender.gateway.gate(account)).isEmpty());
    assertThat(gate(account, "gate_opened_at")).isNotNull();
  }

  @Test
  void aDailyQuotaThatWeChatsCounterDeniesIsOpenedByAProbe() {
    Account account = sender.gateway.account();
    sender.wechat.failSends(account.appId(), 0, 1, "{\"type\":\"errcode\",\"errcode\":45009}");

    MessageId id = sender.gateway.publish(account);

    await().until(() -> sender.gateway.gate(account).equals("daily-quota-unconfirmed"));
    ends(id, "success 2");
    await().untilAsserted(() -> assertThat(sender.gateway.gate(account)).isEmpty());
  }

  @Test
  void anAccountThatAPersonPausedIsNotProbed() {
    Account account = sender.gateway.account();
    sender.wechat.failSends(account.appId(), 0, 1, "{\"type\":\"errcode\",\"errcode\":45009}");
    MessageId id = sender.gateway.publish(account);
    await().until(() -> sender.gateway.gate(account).equals("daily-quota-unconfirmed"));

    sender.jdbc.sql("update account set paused = true where id = ?").param(account.id()).update();

    await()
        .during(Duration.ofMillis(2_500))
        .atMost(Duration.ofSeconds(10))
        .until(() -> sender.wechat.accepted(id) == 0);
    sender.gateway.resume(account);
    ends(id, "success 2");
  }

  @Test
  void tooFastGatesToTheNextMinuteAndHalvesTheRate() {
    Account account = sender.gateway.account(100);
    sender.wechat.failSends(account.appId(), 0, 1, "{\"type\":\"errcode\",\"errcode\":45011}");
    Instant before = Instant.now();

    MessageId id = sender.gateway.publish(account);

    await().until(() -> sender.gateway.gate(account).equals("minute-quota"));
    Instant nextMinute = before.truncatedTo(ChronoUnit.MINUTES).plusSeconds(60);
    assertThat(gateUntil(account)).isBetween(nextMinute, nextMinute.plusSeconds(65));
    await().untilAsserted(() -> assertThat(gate(account, "slowed_to")).isEqualTo("50"));
    sender.gateway.resume(account);
    ends(id, "success 2");
    assertThat(triesUsed(id)).isZero();
  }

  @Test
  void theNextMinuteOpensTheAccountWithoutAPerson() {
    Account account = sender.gateway.account(100);
    sender.wechat.failSends(account.appId(), 0, 1, "{\"type\":\"errcode\",\"errcode\":45011}");
    MessageId id = sender.gateway.publish(account);
    await().until(() -> sender.gateway.gate(account).equals("minute-quota"));
    assertThat(sender.messages.outcome(id)).isEmpty();

    sender
        .jdbc
        .sql("update account set gate_until = now() + interval '1 second' where id = ?")
        .param(account.id())
        .update();

    ends(id, "success 2");
    // The gate is open when its time is over; the row follows at the next look.
    await().untilAsserted(() -> assertThat(sender.gateway.gate(account)).isEmpty());
    assertThat(gate(account, "gate_opened_at")).isNotNull();
    assertThat(gate(account, "slowed_to")).as("it creeps back up").isEqualTo("50");
    assertThat(triesUsed(id)).isZero();
  }

  @Test
  void aBurstOfBusyIsTooFast() {
    Account account = sender.gateway.account();
    sender.wechat.failSends(account.appId(), 0, 1_000, "{\"type\":\"errcode\",\"errcode\":-1}");
    BatchId batch = sender.gateway.batch(account, 60);

    List<MessageId> ids = sender.gateway.publishAll(account, batch, 60);

    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> sender.gateway.gate(account).equals("minute-quota"));
    assertThat(gate(account, "slowed_to")).isNotNull();
    sender.wechat.clearFaults();
    sender.gateway.resume(account);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> sender.messages.progress(batch).equals("60/0"));
    assertThat(ids).allSatisfy(id -> assertThat(sender.wechat.accepted(id)).isEqualTo(1));
  }

  @Test
  void aTokenThatIsAlwaysRefusedGatesTheAccountAndLosesNothing() {
    Account account = sender.gateway.account();
    sender.wechat.failSends(account.appId(), 0, 1_000, "{\"type\":\"errcode\",\"errcode\":40001}");

    MessageId id = sender.gateway.publish(account);

    await()
        .atMost(Duration.ofSeconds(25))
        .until(() -> sender.gateway.gate(account).equals("token-refused"));
    assertThat(sender.messages.outcome(id)).isEmpty();
    assertThat(sender.wechat.tokenFetches(account.appId())).as("never a loop").isLessThan(8);
    sender.wechat.clearFaults();
    await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> sender.messages.outcome(id).startsWith("success"));
    assertThat(sender.wechat.accepted(id)).isEqualTo(1);
  }

  private void ends(MessageId id, String outcome) {
    await().atMost(Duration.ofSeconds(15)).until(() -> !sender.messages.outcome(id).isEmpty());
    assertThat(sender.messages.outcome(id)).isEqualTo(outcome);
  }

  /** Tries that the message used: none of its attempts may have cost one. */
  private int triesUsed(MessageId id) {
    return sender
        .jdbc
        .sql(
            "select count(*) from send_attempt where batch_id = ? and errcode not in (45009, 45011)")
        .param(id.batchId().value())
        .query(Integer.class)
        .single();
  }

  private Instant gateUntil(Account account) {
    return sender
        .jdbc
        .sql("select gate_until from account where id = ?")
        .param(account.id())
        .query((row, number) -> row.getTimestamp(1).toInstant())
        .single();
  }

  /** Sends that are left today, as last read. */
  private String remaining(Account account) {
    return sender
        .jdbc
        .sql("select remain::text from account_quota where account_id = ?")
        .param(account.id())
        .query((row, number) -> row.getString(1))
        .single();
  }

  private @Nullable String gate(Account account, String column) {
    return sender
        .jdbc
        .sql("select %s::text from account where id = ?".formatted(column))
        .param(account.id())
        .query(String.class)
        .optional()
        .orElse(null);
  }
}
