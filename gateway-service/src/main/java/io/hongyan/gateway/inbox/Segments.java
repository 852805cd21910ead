package io.hongyan.gateway.inbox;

import io.hongyan.gateway.audit.AuditLog;
import io.hongyan.gateway.inbox.SegmentMapper.Segment;
import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.web.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Stores uploaded segments. The body goes to a file first and from there to the database in one
 * transaction: a slow or broken upload holds no connection and stores nothing. An upload is a new
 * version; announcements keep the version that they were published with.
 */
@Component
class Segments {

  private static final Logger log = LoggerFactory.getLogger(Segments.class);
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

  private final SegmentMapper mapper;
  private final DataSource database;
  private final TransactionOperations transactions;
  private final AuditLog audit;
  private final InboxProperties properties;
  private final Clock clock;

  Segments(
      SegmentMapper mapper,
      DataSource database,
      TransactionOperations transactions,
      AuditLog audit,
      InboxProperties properties,
      Clock clock) {
    this.mapper = mapper;
    this.database = database;
    this.transactions = transactions;
    this.audit = audit;
    this.properties = properties;
    this.clock = clock;
  }

  /**
   * Replaces the segment by the uids of the body. May be repeated.
   *
   * @param json whether each line is a JSON string, or an object with a {@code uid}
   * @return whether it is new
   */
  boolean put(ApiKey key, String account, String id, InputStream body, boolean json) {
    ProblemException.requireValid(
        ID.matcher(id).matches(), "a segment's id is 1 to 64 of A-Z, a-z, 0-9, '_', '.' and '-'");
    Path file = createFile();
    try {
      new UidLines(body, json, properties.maxSegmentMembers()).writeTo(file);
      return Boolean.TRUE.equals(
          transactions.execute(transaction -> store(key, account, id, file)));
    } catch (IOException e) {
      throw new UncheckedIOException("uploaded segment not kept, nothing was stored", e);
    } finally {
      delete(file);
    }
  }

  private boolean store(ApiKey key, String account, String id, Path file) {
    mapper.lock(account, id);
    long version = InboxId.create().value();
    mapper.createUpload();
    copy(file);
    int members = mapper.takeUpload(version);
    Instant now = clock.instant();
    @Nullable Segment before = mapper.find(account, id).orElse(null);
    // From here on nobody publishes for it until this is committed.
    boolean created = mapper.put(account, id, version, members, now);
    mapper.deleteOldMembers(
        account,
        id,
        before == null ? version : before.version(),
        now.minus(LatestAnnouncements.GRACE));
    audit.record(
        key.id(),
        "segment.put",
        "segment/%s/%s".formatted(account, id),
        Map.of("members", members));
    return created;
  }

  private void copy(Path file) {
    Connection connection = DataSourceUtils.getConnection(database);
    try (InputStream uids = Files.newInputStream(file)) {
      connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn("copy inbox_upload (uid) from stdin", uids);
    } catch (SQLException e) {
      throw new IllegalStateException("segment not copied, nothing was stored", e);
    } catch (IOException e) {
      throw new UncheckedIOException("uploaded segment not read, nothing was stored", e);
    } finally {
      DataSourceUtils.releaseConnection(connection, database);
    }
  }

  private static Path createFile() {
    try {
      return Files.createTempFile("hongyan-segment-", ".uids");
    } catch (IOException e) {
      throw new UncheckedIOException("no room for an uploaded segment, nothing was stored", e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      log.warn("uploaded segment left over file={} cause={}", file, e.toString());
    }
  }
}
