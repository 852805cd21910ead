package io.hongyan.gateway.callback;

import io.hongyan.common.message.ConfigEvent;
import io.hongyan.common.secret.SecretCipher;
import io.hongyan.common.secret.UnreadableSecretException;
import io.hongyan.gateway.account.MasterKeyProperties;
import io.hongyan.gateway.callback.AccountReplies.Target;
import io.hongyan.gateway.callback.AutoReplyMapper.ReplyTargetRow;
import io.hongyan.gateway.config.ConfigProperties;
import io.hongyan.gateway.config.DatabaseCopy;
import io.hongyan.gateway.config.SharedReload;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The rules and internal systems of all accounts, in memory, so that a reply needs no database.
 * Loaded at start, replaced when one changes anywhere. Thread-safe.
 */
@Component
class AutoReplyRegistry implements DatabaseCopy {

  private static final Logger log = LoggerFactory.getLogger(AutoReplyRegistry.class);

  private final AutoReplyMapper mapper;
  private final SecretCipher cipher;
  private final ReplyProperties properties;
  private final SharedReload reload;
  private volatile Map<String, AccountReplies> replies = Map.of();
  // By what they were made of. One that did not change stays, and so what is known of it.
  private Map<AutoReplyRow, AutoReplyRule> rules = Map.of();
  private Set<Object> unreadable = Set.of();

  AutoReplyRegistry(
      AutoReplyMapper mapper,
      MasterKeyProperties masterKey,
      ReplyProperties properties,
      ConfigProperties config) {
    this.mapper = mapper;
    this.cipher = masterKey.cipher();
    this.properties = properties;
    this.reload = new SharedReload(this::load, config.missInterval());
    reload.now();
    log.info("replies loaded rules={} accounts={}", rules.size(), replies.size());
  }

  /** How the account's followers are answered; asks no database. */
  AccountReplies of(String account) {
    return replies.getOrDefault(account, AccountReplies.NONE);
  }

  @Override
  public String contents() {
    return "auto-replies";
  }

  @Override
  public boolean concerns(ConfigEvent event) {
    return event.kind() == ConfigEvent.Kind.ACCOUNT;
  }

  @Override
  public void readAgain() {
    reload.now();
  }

  /** Called by one thread at a time. */
  private void load() {
    Map<AutoReplyRow, AutoReplyRule> known = new HashMap<>();
    Map<String, AccountReplies> loaded = new HashMap<>();
    Set<Object> skipped = new HashSet<>();
    for (AutoReplyRow row : mapper.findEnabled()) {
      try {
        AutoReplyRule rule = rules.get(row);
        known.put(row, rule == null ? AutoReplyRule.of(row, properties.regexTimeout()) : rule);
        add(loaded.computeIfAbsent(row.accountId(), account -> empty()), known.get(row));
      } catch (InvalidReplyException | RuntimeException e) {
        // One rule's trouble is not the others'.
        skip(skipped, row, "auto-reply " + row.id(), row.accountId(), e);
      }
    }
    for (ReplyTargetRow row : mapper.findTargets()) {
      try {
        Target target = target(row);
        loaded.compute(
            row.accountId(), (account, own) -> with(own == null ? empty() : own, target));
      } catch (UnreadableSecretException | RuntimeException e) {
        skip(skipped, row.accountId(), "replyUrl", row.accountId(), e);
      }
    }
    rules = known;
    unreadable = skipped;
    replies = loaded;
  }

  private static AccountReplies empty() {
    return new AccountReplies(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), null);
  }

  private static void add(AccountReplies account, AutoReplyRule rule) {
    List<AutoReplyRule> list =
        switch (rule.occasion()) {
          case KEYWORD -> account.keywords();
          case SUBSCRIBE -> account.subscribes();
          case DEFAULT -> account.defaults();
        };
    list.add(rule);
  }

  private static AccountReplies with(AccountReplies account, Target target) {
    return new AccountReplies(account.keywords(), account.subscribes(), account.defaults(), target);
  }

  private Target target(ReplyTargetRow row) throws UnreadableSecretException {
    return new Target(
        URI.create(row.replyUrl()),
        cipher.decrypt(CallbackSecret.REPLY_SECRET.owner(row.accountId()), row.replySecret()));
  }

  /** Once, not at each poll. */
  private void skip(
      Set<Object> skipped, Object what, String name, String account, Exception cause) {
    skipped.add(what);
    if (!unreadable.contains(what)) {
      log.error(
          "left out until it is stored again: {} account={} cause={}",
          name,
          account,
          cause.getMessage());
    }
  }
}
