package io.hongyan.gateway.batch;

import io.hongyan.common.message.BatchId;
import io.hongyan.gateway.account.AccountRegistry;
import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.web.ProblemException;
import org.springframework.stereotype.Component;

/**
 * Finds batches and accounts for a caller: what the key may not use looks as if it did not exist.
 */
@Component
class VisibleBatches {

  private final BatchMapper mapper;
  private final AccountRegistry accounts;

  VisibleBatches(BatchMapper mapper, AccountRegistry accounts) {
    this.mapper = mapper;
    this.accounts = accounts;
  }

  /** The batch; answers 404 if there is none that the key may see. */
  BatchRow get(ApiKey key, String id) {
    return BatchId.parse(id)
        .flatMap(batch -> mapper.find(batch.value()))
        .filter(row -> key.mayUse(row.accountId()))
        .orElseThrow(() -> ProblemException.notFound("There is no batch '%s'".formatted(id)));
  }

  /** Answers 404 if there is no such account that the key may use. */
  void requireAccount(ApiKey key, String account) {
    if (!key.mayUse(account) || accounts.findAccount(account).isEmpty()) {
      throw ProblemException.notFound("There is no account '%s'".formatted(account));
    }
  }
}
