package io.hongyan.gateway.audience;

import io.hongyan.gateway.Database;

/** Followers and tags as a sync would leave them. */
public final class Followers {

  private Followers() {}

  /**
   * Gives the account the followers {@code <prefix>00001 …}, of whom every tenth has the tag {@code
   * vip} and every hundredth {@code staff}; {@code empty} is a tag that nobody has.
   */
  public static void sync(String account, String prefix, int count) {
    Database.execute(
        """
        insert into follower (account_id, openid, subscribed, seen_in)
          select '%1$s', '%2$s' || lpad(n::text, 5, '0'), true, 1 from generate_series(1, %3$d) n
          on conflict (account_id, openid) do update set subscribed = true;
        insert into tag (account_id, id, name, followers)
          values ('%1$s', 100, 'vip', 0), ('%1$s', 101, 'staff', 0), ('%1$s', 102, 'empty', 0) on conflict (account_id, id) do nothing;
        insert into follower_tag (account_id, tag_id, openid, seen_in)
          select '%1$s', t.id, '%2$s' || lpad(n::text, 5, '0'), 1
          from generate_series(1, %3$d) n, (values (100, 10), (101, 100)) t (id, every) where n %% t.every = 0
          on conflict do nothing;
        update account set followers_synced_at = now() where id = '%1$s'
        """
            .formatted(account, prefix, count));
  }

  /** The person unfollows. */
  public static void unsubscribe(String account, String openid) {
    Database.execute(
        "insert into follower (account_id, openid, subscribed, seen_in) values ('%s', '%s', false, 1) on conflict (account_id, openid) do update set subscribed = false, changed_at = now()"
            .formatted(account, openid));
  }

  /** The person follows. */
  public static void subscribe(String account, String openid) {
    Database.execute(
        "insert into follower (account_id, openid, subscribed, seen_in) values ('%s', '%s', true, 1) on conflict (account_id, openid) do update set subscribed = true, changed_at = now()"
            .formatted(account, openid));
  }
}
