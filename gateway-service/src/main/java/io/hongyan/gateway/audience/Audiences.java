package io.hongyan.gateway.audience;

import io.hongyan.common.message.BatchId;
import io.hongyan.gateway.account.Account;
import io.hongyan.gateway.web.ProblemException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Finds the followers that an audience means, as the last sync left them: counts them, and writes
 * them page by page as recipients of a batch. Thread-safe.
 */
@Component
public class Audiences {

  private final AudienceMapper mapper;

  Audiences(AudienceMapper mapper) {
    this.mapper = mapper;
  }

  /**
   * How many followers the audience has now; answers 422 if that cannot be said: the account's
   * followers were never synced, or a tag does not exist.
   */
  public long count(Account account, Audience audience) {
    Tags tags = requireKnown(account, audience);
    return mapper.count(account.id(), audience.all(), tags.any(), tags.not());
  }

  private Tags requireKnown(Account account, Audience audience) {
    Optional<Instant> syncedAt = syncedAt(account);
    if (syncedAt.isEmpty()) {
      throw new ProblemException(
          HttpStatus.UNPROCESSABLE_CONTENT,
          "followers-unknown",
          "The account's followers are not known yet",
          "The followers of account '%s' were never synced; POST /v1/accounts/%s/followers/sync, and wait for its end"
              .formatted(account.id(), account.id()));
    }
    Tags tags = tags(account.id(), audience);
    Set<String> missing = new TreeSet<>(tags.missingAny());
    missing.addAll(tags.missingNot());
    if (!missing.isEmpty()) {
      throw new ProblemException(
          HttpStatus.UNPROCESSABLE_CONTENT,
          "unknown-tag",
          "There is no such tag",
          "Account '%s' has no tag %s as of its last sync at %s; GET /v1/accounts/%s/tags shows those it has"
              .formatted(account.id(), missing, syncedAt.get(), account.id()));
    }
    return tags;
  }

  /** When the account's followers were last known as a whole; empty = never. */
  Optional<Instant> syncedAt(Account account) {
    // Not the registry's: who has just waited for the end of a sync must not be told to sync.
    return mapper.findSyncedAt(account.id());
  }

  /** Answers 422 as {@link #count} does, and if the audience is empty. */
  public void requireSomebody(Account account, Audience audience) {
    requireKnown(account, audience);
    if (some(account, audience, 1).isEmpty()) {
      throw new ProblemException(
          HttpStatus.UNPROCESSABLE_CONTENT,
          "empty-audience",
          "Nobody is in the audience",
          "No follower of account '%s' is in this audience now; nothing was stored"
              .formatted(account.id()));
    }
  }

  /** Some openids of the audience, for a preview; at most so many. */
  public List<String> some(Account account, Audience audience, int atMost) {
    Tags tags = tags(account.id(), audience);
    return mapper.some(account.id(), audience.all(), tags.any(), tags.not(), atMost);
  }

  /** What the audience means now; for one transaction. */
  public Tags tags(String account, Audience audience) {
    Set<String> names = new HashSet<>(audience.any());
    names.addAll(audience.not());
    Map<String, Integer> ids = new HashMap<>();
    if (!names.isEmpty()) {
      mapper.findTags(account, names).forEach(tag -> ids.put(tag.name(), tag.id()));
    }
    return new Tags(
        ids(audience.any(), ids),
        ids(audience.not(), ids),
        without(audience.any(), ids.keySet()),
        without(audience.not(), ids.keySet()));
  }

  /**
   * Writes the next of the audience as recipients, in the caller's transaction.
   *
   * @param tags what {@link #tags} gave in this transaction
   * @param after openid that the last page ended with; empty at the beginning
   * @param lastSeq seq of the last recipient so far
   * @param data what each gets, as in {@code recipient.data}
   */
  public AddedPage addRecipients(
      BatchId batch,
      String account,
      Audience audience,
      Tags tags,
      String after,
      int lastSeq,
      String data,
      int pageSize) {
    AudienceMapper.PageRow page =
        mapper.addRecipients(
            batch.value(),
            account,
            audience.all(),
            tags.any(),
            tags.not(),
            after,
            lastSeq,
            data,
            pageSize);
    String last = page.last();
    return new AddedPage(
        page.added(), last == null ? after : last, page.looked() < pageSize || last == null);
  }

  private static Set<String> without(Set<String> names, Set<String> known) {
    Set<String> rest = new TreeSet<>(names);
    rest.removeAll(known);
    return rest;
  }

  private static Integer[] ids(Set<String> names, Map<String, Integer> ids) {
    return names.stream().map(ids::get).filter(id -> id != null).toArray(Integer[]::new);
  }

  /** What one call of {@link #addRecipients} did; {@code end}: there is nobody after it. */
  public record AddedPage(int recipients, String last, boolean end) {}

  /**
   * The tags of an audience.
   *
   * @param any ids of those that exist
   * @param missingAny names of those that do not exist (any more)
   */
  @SuppressWarnings("ArrayRecordComponent") // goes to SQL as it is, and is never compared
  public record Tags(
      @Nullable Integer[] any,
      @Nullable Integer[] not,
      Set<String> missingAny,
      Set<String> missingNot) {}
}
