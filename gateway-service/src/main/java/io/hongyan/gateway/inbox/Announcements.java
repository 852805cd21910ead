package io.hongyan.gateway.inbox;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.ConfigEvent;
import io.hongyan.gateway.account.AccountRegistry;
import io.hongyan.gateway.audit.AuditLog;
import io.hongyan.gateway.batch.IdempotencyKeys;
import io.hongyan.gateway.config.ConfigEvents;
import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.web.ProblemException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.databind.json.JsonMapper;

/**
 * Publishes, edits and withdraws announcements for a caller: one row, one audit row, and every
 * gateway is told. However many people there are, nothing of theirs is touched.
 */
@Component
class Announcements {

  private final AnnouncementMapper mapper;
  private final IdempotencyKeys keys;
  private final DataSource database;
  private final TransactionOperations transactions;
  private final AccountRegistry accounts;
  private final AuditLog audit;
  private final ConfigEvents events;
  private final JsonMapper json;
  private final Clock clock;

  Announcements(
      AnnouncementMapper mapper,
      IdempotencyKeys keys,
      DataSource database,
      TransactionOperations transactions,
      AccountRegistry accounts,
      AuditLog audit,
      ConfigEvents events,
      JsonMapper json,
      Clock clock) {
    this.mapper = mapper;
    this.keys = keys;
    this.database = database;
    this.transactions = transactions;
    this.accounts = accounts;
    this.audit = audit;
    this.events = events;
    this.json = json;
    this.clock = clock;
  }

  /**
   * What a publisher is answered.
   *
   * @param view the announcement as JSON, byte for byte what was answered first
   */
  record Published(InboxId id, String view, boolean replayed) {}

  /** The announcement; answers 404 if there is none that the key may see. */
  Announcement get(ApiKey key, String id) {
    return InboxId.parse(id)
        .flatMap(known -> mapper.find(known.value()))
        .filter(it -> key.mayUse(it.accountId()))
        .orElseThrow(() -> none(id));
  }

  /**
   * Publishes it. With a key it may be repeated.
   *
   * @param idempotencyKey null if none was sent
   */
  Published publish(ApiKey key, PublishRequest request, @Nullable String idempotencyKey) {
    String account = requireAccount(key, request.account());
    String segment = AnnouncementAudience.segmentOf(request.audience());
    AnnouncementContent content = request.content();
    Instant now = now();
    Instant from = content.visibleFrom() == null ? now : content.visibleFrom();
    Announcement announcement =
        new Announcement(
            InboxId.create().value(),
            account,
            content.title(),
            content.body(),
            content.url(),
            segment,
            from,
            content.visibleUntil(),
            null,
            1,
            key.id(),
            now,
            now);
    Publication publication =
        new Publication(key, announcement, idempotencyKey, digest(request), shown(announcement));
    Stored stored = required(transactions.execute(transaction -> store(publication)));
    if (stored.revision() != null) {
      tell(stored.revision());
    }
    return stored.published();
  }

  /** What is to be stored, and by whom. */
  private record Publication(
      ApiKey key,
      Announcement announcement,
      @Nullable String idempotencyKey,
      String digest,
      String view) {}

  /** The answer, and the revision if something was stored. */
  private record Stored(Published published, @Nullable Long revision) {}

  private Stored store(Publication publication) {
    Announcement announcement = publication.announcement();
    String idempotencyKey = publication.idempotencyKey();
    if (idempotencyKey != null) {
      Optional<IdempotencyKeys.Answered> before =
          onConnection(
              connection -> keys.claim(connection, publication.key().id(), idempotencyKey));
      if (before.isPresent()) {
        return new Stored(replay(publication, before.get()), null);
      }
    }
    // Only now: a repeated request gets its answer also after what it asked for has ended.
    AnnouncementContent.requireInOrder(
        announcement.visibleFrom(), announcement.visibleUntil(), announcement.createdAt());
    Long segmentVersion = segmentVersion(announcement);
    audit.record(
        publication.key().id(),
        "announcement.publish",
        subject(announcement),
        detail(announcement));
    InboxId id = new InboxId(announcement.id());
    if (idempotencyKey != null) {
      onConnection(
          connection -> {
            keys.store(
                connection,
                publication.key().id(),
                idempotencyKey,
                new IdempotencyKeys.Answered(
                    publication.digest(), new BatchId(id.value()), publication.view()));
            return id;
          });
    }
    // Last, so that nobody waits for its lock longer than for one insert.
    mapper.lockRevisions();
    long revision = mapper.insert(announcement, segmentVersion);
    return new Stored(new Published(id, publication.view(), false), revision);
  }

  private static Published replay(Publication again, IdempotencyKeys.Answered first) {
    if (!first.digest().equals(again.digest())) {
      throw new ProblemException(
          HttpStatus.UNPROCESSABLE_CONTENT,
          "idempotency-key-reused",
          "The Idempotency-Key was used for another request",
          "Idempotency-Key '%s' was used for something else; use a new key for a new announcement"
              .formatted(again.idempotencyKey()));
    }
    return new Published(new InboxId(first.batch().value()), first.response(), true);
  }

  private @Nullable Long segmentVersion(Announcement announcement) {
    String segment = announcement.segmentId();
    if (segment == null) {
      return null;
    }
    return mapper
        .lockSegmentVersion(announcement.accountId(), segment)
        .orElseThrow(
            () ->
                new ProblemException(
                    HttpStatus.UNPROCESSABLE_CONTENT,
                    "unknown-segment",
                    "There is no such segment",
                    "Account '%s' has no segment '%s'; upload it with PUT /v1/inbox/segments/%s?account=%s first"
                        .formatted(
                            announcement.accountId(), segment, segment, announcement.accountId())));
  }

  /**
   * Replaces content and times; 409 once it has ended or was withdrawn, or if it is at another
   * version than the request says.
   */
  Announcement edit(ApiKey key, String id, EditRequest request) {
    AnnouncementContent content = request.content();
    return change(
        key,
        id,
        (before, now) -> {
          requireLive(before, now);
          if (request.version() != null && request.version() != before.version()) {
            throw conflict(
                "version-conflict",
                "The announcement was changed meanwhile",
                "Announcement %s is at version %d, not %d; get it, and edit what it says now"
                    .formatted(id, before.version(), request.version()));
          }
          Announcement after = before.edited(content, now);
          AnnouncementContent.requireInOrder(after.visibleFrom(), after.visibleUntil(), now);
          audit.record(key.id(), "announcement.edit", subject(after), detail(after));
          return after;
        });
  }

  /** Takes it away from everybody, for good. May be repeated. */
  Announcement withdraw(ApiKey key, String id) {
    return change(
        key,
        id,
        (before, now) -> {
          if (before.withdrawnAt() != null) {
            return before;
          }
          audit.record(key.id(), "announcement.withdraw", subject(before), detail(before));
          return before.withdrawn(now);
        });
  }

  /** What becomes of an announcement; the same one for no change. */
  private interface Change {
    Announcement apply(Announcement before, Instant now);
  }

  private Announcement change(ApiKey key, String id, Change change) {
    long known = get(key, id).id();
    Changed changed =
        required(
            transactions.execute(
                transaction -> {
                  Announcement before = mapper.lock(known).orElseThrow(() -> none(id));
                  Announcement after = change.apply(before, now());
                  if (after.equals(before)) {
                    return new Changed(before, null);
                  }
                  mapper.lockRevisions();
                  return new Changed(after, mapper.update(after));
                }));
    if (changed.revision() != null) {
      tell(changed.revision());
    }
    return changed.announcement();
  }

  /** An announcement after a change, and its revision if there was one. */
  private record Changed(Announcement announcement, @Nullable Long revision) {}

  private static void requireLive(Announcement announcement, Instant now) {
    Announcement.State state = announcement.state(now);
    if (state == Announcement.State.ENDED || state == Announcement.State.WITHDRAWN) {
      throw conflict(
          "announcement-over",
          "The announcement is over",
          "An announcement that has ended or was withdrawn stays as it is; publish a new one");
    }
  }

  private void tell(long revision) {
    events.publish(new ConfigEvent(ConfigEvent.Kind.INBOX, Long.toString(revision)));
  }

  private String requireAccount(ApiKey key, @Nullable String account) {
    if (account == null || !key.mayUse(account) || accounts.findAccount(account).isEmpty()) {
      throw new ProblemException(
          HttpStatus.UNPROCESSABLE_CONTENT,
          "unknown-account",
          "There is no such account",
          account == null
              ? "The setting 'account' is missing"
              : "There is no account '%s' that this API key may use".formatted(account));
    }
    return account;
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private String shown(Announcement announcement) {
    return json.writeValueAsString(AnnouncementView.of(announcement, announcement.createdAt()));
  }

  private String digest(PublishRequest request) {
    try {
      byte[] asked = json.writeValueAsBytes(Map.of("announcement", request));
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(asked));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** JDBC in the transaction in hand. */
  private interface Jdbc<T> {
    T on(Connection connection) throws SQLException;
  }

  private <T> T onConnection(Jdbc<T> work) {
    Connection connection = DataSourceUtils.getConnection(database);
    try {
      return work.on(connection);
    } catch (SQLException e) {
      throw new IllegalStateException("idempotency key not kept, nothing was published", e);
    } finally {
      DataSourceUtils.releaseConnection(connection, database);
    }
  }

  private static Map<String, Object> detail(Announcement announcement) {
    return Map.of(
        "account", announcement.accountId(),
        "audience", announcement.segmentId() == null ? "all" : announcement.segmentId(),
        "version", announcement.version());
  }

  private static String subject(Announcement announcement) {
    return "announcement/" + new InboxId(announcement.id());
  }

  private static <T> T required(@Nullable T result) {
    if (result == null) {
      throw new IllegalStateException("a transaction here always has a result");
    }
    return result;
  }

  private static ProblemException conflict(String name, String title, String detail) {
    return new ProblemException(HttpStatus.CONFLICT, name, title, detail);
  }

  private static ProblemException none(String id) {
    return ProblemException.notFound(
        "There is no announcement '%s' that this API key may use".formatted(id));
  }
}
