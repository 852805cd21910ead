package io.hongyan.gateway.account;

import io.hongyan.common.message.ConfigEvent;
import io.hongyan.gateway.config.ConfigProperties;
import io.hongyan.gateway.config.DatabaseCopy;
import io.hongyan.gateway.config.SharedReload;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * All accounts and templates, in memory, so that a batch is checked without the database. Loaded at
 * start, replaced when one changes anywhere; one that is not found is looked for in the database
 * once more, so what was stored through another gateway a moment ago is there. Thread-safe.
 */
@Component
public class AccountRegistry implements DatabaseCopy {

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

  @Override
  public String contents() {
    return "accounts";
  }

  @Override
  public boolean concerns(ConfigEvent event) {
    return event.kind() == ConfigEvent.Kind.ACCOUNT;
  }

  @Override
  public void readAgain() {
    reload.now();
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
