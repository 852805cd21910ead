package io.hongyan.sender.sync;

import io.hongyan.jobs.CronTimes;
import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.account.SenderAccounts;
import io.hongyan.sender.wechat.AccountCallException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Syncs every account's templates every night; one account's trouble stops no other. */
@Component
final class TemplateSyncJob extends CronJob {

  private static final Logger log = LoggerFactory.getLogger(TemplateSyncJob.class);

  private final TemplateSync sync;
  private final SenderAccounts accounts;

  TemplateSyncJob(TemplateSync sync, SenderAccounts accounts, SyncProperties properties) {
    super("template-sync", CronTimes.of(properties.templatesCron(), properties.zone()));
    this.sync = sync;
    this.accounts = accounts;
  }

  @Override
  public String run(Instant due) throws InterruptedException {
    int synced = 0;
    int problems = 0;
    List<String> failed = new ArrayList<>();
    accounts.reload();
    for (SenderAccount account : accounts.all()) {
      if (account.enabled()) {
        try {
          problems += sync.sync(account).problems().size();
          synced++;
        } catch (AccountCallException | IOException e) {
          failed.add(account.id());
          log.warn("templates not synced account={} cause={}", account.id(), e.getMessage());
        } catch (RuntimeException e) {
          // Throws if the database is away, which is no trouble of this account's.
          accounts.reload();
          failed.add(account.id());
          log.warn("templates not synced account={}", account.id(), e);
        }
      }
    }
    String remark =
        "%d accounts synced, %d templates with a problem".formatted(synced, problems)
            + (failed.isEmpty() ? "" : ", not synced: " + String.join(", ", failed));
    if (synced == 0 && !failed.isEmpty()) {
      throw new IllegalStateException(remark);
    }
    return remark;
  }
}
