package io.hongyan.gateway.security;

import io.hongyan.gateway.security.ApiKeyMapper.KeyRow;
import io.hongyan.gateway.web.ProblemException;
import org.springframework.stereotype.Component;

/** Finds API keys for an admin: one that may use more accounts looks as if it did not exist. */
@Component
public class VisibleKeys {

  private final ApiKeyMapper mapper;

  VisibleKeys(ApiKeyMapper mapper) {
    this.mapper = mapper;
  }

  /** Answers 403 unless the reader is an admin, and 404 if there is no such key for it. */
  public void require(ApiKey reader, String id) {
    reader.require(Scope.ADMIN);
    get(reader, id);
  }

  /** The key, revoked or not; answers 404 if there is none that the reader may see. */
  KeyRow get(ApiKey reader, String id) {
    return mapper
        .find(id)
        .filter(
            row ->
                reader.mayUseAll() || reader.accounts().containsAll(ApiKeys.split(row.accounts())))
        .orElseThrow(() -> ProblemException.notFound("There is no API key '%s'".formatted(id)));
  }
}
