package io.hongyan.gateway.batch;

import io.hongyan.gateway.audience.Audience;
import java.util.List;

/** Whom a submitted batch is for. */
sealed interface Addressees {

  /** Recipients that come one by one, each with a content of its own. */
  record Listed(RecipientReader reader) implements Addressees {}

  /** Followers that are found when the batch is released; all get the same content. */
  record Followers(Audience audience, BatchContent content) implements Addressees {}

  /** Testers of the account, by name; all get the same content. */
  record Testers(List<String> names, BatchContent content) implements Addressees {}
}
