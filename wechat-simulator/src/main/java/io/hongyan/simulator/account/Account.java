package io.hongyan.simulator.account;

import io.hongyan.simulator.template.PrivateTemplates;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A service account as set up over {@code PUT /_sim/accounts/{appid}} and as WeChat's calls have
 * changed it since. Thread-safe.
 */
public final class Account {

  private final String appid;
  private final String secret;
  private final PrivateTemplates templates;
  private final Followers followers;
  private final Tags tags;
  private volatile @Nullable Callback callback;

  /**
   * @param tags with different ids; their openids follow
   */
  public Account(
      String appid,
      String secret,
      PrivateTemplates templates,
      Followers followers,
      List<TagSetup> tags) {
    this.appid = appid;
    this.secret = secret;
    this.templates = templates;
    this.followers = followers;
    this.tags = new Tags(followers, tags);
  }

  public String appid() {
    return appid;
  }

  public String secret() {
    return secret;
  }

  public PrivateTemplates templates() {
    return templates;
  }

  public Followers followers() {
    return followers;
  }

  public Tags tags() {
    return tags;
  }

  /** Null when the account wants to be told nothing. */
  public @Nullable Callback callback() {
    return callback;
  }

  /**
   * Changes where the account is told from now on.
   *
   * @param callback null: nowhere
   */
  public void setCallback(@Nullable Callback callback) {
    this.callback = callback;
  }

  /** Returns whether the person did not follow before. */
  public boolean subscribe(String openid, Instant now) {
    return followers.subscribe(openid, now);
  }

  /** The person loses his tags, too. Returns whether he followed before. */
  public boolean unsubscribe(String openid) {
    return tags.unsubscribe(openid);
  }
}
