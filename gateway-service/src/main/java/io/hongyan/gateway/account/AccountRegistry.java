package io.hongyan.gateway.account;

import io.hongyan.common.message.ConfigEvent;
import io.hongyan.gateway.config.ConfigProperties;
import io.hongyan.gateway.config.EventsMayBeLost;
import io.hongyan.gateway.config.SharedReload;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * All accounts and templates, in memory, so that a batch is checked without the database. Loaded at
 * start, replaced when one changes anywhere; one that is not found is looked for in the database
 * once more, so what was stored through another gateway a moment ago is there. Thread-safe.
 */
@Component
public class AccountRegistry {

  private static final Logger log = LoggerFactory.getLogger(AccountRegistry.class);

  private final AccountMapper mapper;
  private final SharedReload reload;
  private volatile Snapshot snapshot = new Snapshot(Map.of(), Map.of());

  AccountRegistry(AccountMapper mapper, ConfigProperties config) {
    this.mapper = mapper;
    this.reload = new SharedReload(this::load, config.missInterval());
    reload.now();
    log.info(
        "accounts loaded accounts={} templates={}",
        snapshot.accounts().size(),
        snapshot.templates().size());
  }

  /** The account, enabled or not. Asks the database only about an unknown one. */
  public Optional<Account> findAccount(String id) {
    Account known = snapshot.accounts().get(id);
    if (known == null) {
      reload.afterMiss();
      known = snapshot.accounts().get(id);
    }
    return Optional.ofNullable(known);
  }

  /** The account's template. Asks the database only about an unknown one. */
  public Optional<Template> findTemplate(String accountId, String templateId) {
    TemplateKey key = new TemplateKey(accountId, templateId);
    Template known = snapshot.templates().get(key);
    if (known == null) {
      reload.afterMiss();
      known = snapshot.templates().get(key);
    }
    return Optional.ofNullable(known);
  }

  /** Every known account, by id. */
  public Collection<Account> accounts() {
    return snapshot.accounts().values();
  }

  /** Reads all of it again, for who must not go by what an event may have been lost of. */
  public void readAgain() {
    reload.now();
  }

  @EventListener
  void changed(ConfigEvent event) {
    if (event.kind() == ConfigEvent.Kind.ACCOUNT) {
      reload.now();
    }
  }

  @EventListener(EventsMayBeLost.class)
  void reconnected() {
    reload.now();
  }

  @Scheduled(
      fixedRateString = "${hongyan.config.reload-interval:1m}",
      initialDelayString = "${hongyan.config.reload-interval:1m}")
  void poll() {
    try {
      reload.now();
    } catch (RuntimeException e) {
      log.warn(
          "accounts not read again, the known ones are used on cause={}",
          NestedExceptionUtils.getMostSpecificCause(e).toString());
    }
  }

  private void load() {
    Map<String, Account> accounts = new TreeMap<>();
    for (AccountRow row : mapper.findAccounts()) {
      accounts.put(row.id(), row.toAccount());
    }
    Map<TemplateKey, Template> templates = new HashMap<>();
    for (TemplateRow row : mapper.findTemplates()) {
      templates.put(new TemplateKey(row.accountId(), row.id()), row.toTemplate());
    }
    snapshot = new Snapshot(accounts, templates);
  }

  private record TemplateKey(String accountId, String templateId) {}

  private record Snapshot(Map<String, Account> accounts, Map<TemplateKey, Template> templates) {}
}
