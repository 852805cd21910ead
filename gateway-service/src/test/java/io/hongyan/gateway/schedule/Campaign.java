package io.hongyan.gateway.schedule;

import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An account of the test's own with two followers, one of them a vip, and a schedule for it. */
final class Campaign {

  private static final String ISO =
      "to_char(%s at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";

  final String account;

  private final RunningGateway gateway;

  private Campaign(RunningGateway gateway, String account) {
    this.gateway = gateway;
    this.account = account;
  }

  static Campaign of(RunningGateway gateway, String account) {
    gateway.createAccount(account);
    Database.execute(
        """
        update account set followers_synced_at = now() where id = '%1$s';
        insert into follower (account_id, openid, subscribed, seen_in)
          values ('%1$s', '%1$s-1', true, 1), ('%1$s', '%1$s-2', true, 1);
        insert into tag (account_id, id, name, followers) values ('%1$s', 1, 'vip', 1), ('%1$s', 2, 'empty', 0);
        insert into follower_tag (account_id, tag_id, openid, seen_in) values ('%1$s', 1, '%1$s-1', 1)
        """
            .formatted(account));
    // Followers were stored behind the gateway's back; this makes it read the account again.
    gateway.admin(
        "PUT",
        "/v1/accounts/" + account,
        "{\"appId\":\"wx-%s\",\"name\":\"with followers\"}".formatted(account));
    return new Campaign(gateway, account);
  }

  /** What each run submits. */
  String batch() {
    return """
        {"account":"%s","template":"order-paid","audience":{"tag":"vip"},
         "data":{"thing1":"Sale","amount2":"¥5"}}"""
        .formatted(account);
  }

  /** Stores the schedule under the account's name. */
  Answer put(String cron) {
    return put(cron, batch());
  }

  Answer put(String cron, String batch) {
    return gateway.admin(
        "PUT",
        "/v1/schedules/" + account,
        "{\"cron\":\"%s\",\"zone\":\"UTC\",\"batch\":%s}".formatted(cron, batch));
  }

  Answer trigger(@Nullable String body) {
    return gateway.admin("POST", "/v1/schedules/" + account + "/trigger", body);
  }

  /** Deletes the schedule, if it is there. */
  void delete() {
    gateway.admin("DELETE", "/v1/schedules/" + account, null);
  }

  /** When the schedule runs next. */
  Instant nextRun() {
    return Instant.parse(
        Database.value(
            "select %s from schedule where id = '%s'"
                .formatted(ISO.formatted("next_run_at"), account)));
  }

  /** The moments that batches were made for, in order. */
  List<Instant> sendAts() {
    return Database.rows(
            "select %s from batch where schedule_id = '%s' order by send_at, id"
                .formatted(ISO.formatted("send_at"), account))
        .stream()
        .map(row -> Instant.parse(row.getFirst()))
        .toList();
  }
}
