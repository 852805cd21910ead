package io.hongyan.gateway.batch;

import io.hongyan.common.message.BatchId;
import io.hongyan.gateway.web.ProblemException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/**
 * Remembers which {@code Idempotency-Key} made which batch. All of it happens in the batch's own
 * transaction, under an advisory lock on the key, so a killed gateway leaves the key free.
 * Thread-safe.
 */
@Component
public class IdempotencyKeys {

  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

  private final IntakeProperties properties;
  private final Clock clock;

  IdempotencyKeys(IntakeProperties properties, Clock clock) {
    this.properties = properties;
    this.clock = clock;
  }

  /**
   * The first answer to a key.
   *
   * @param digest of settings, content type and body, in hex
   * @param response the 202's body, byte for byte
   */
  public record Answered(String digest, BatchId batch, String response) {}

  /** 400 unless the header is a key. */
  public static String requireForm(String key) {
    if (!FORM.matcher(key).matches()) {
      throw ProblemException.badRequest(
          "Idempotency-Key takes 1 to 64 of A-Z, a-z, 0-9, '.', '_', ':' and '-'");
    }
    return key;
  }

  /**
   * Locks the key until the transaction ends and looks up its first answer; empty if there is none
   * or it is too old. 409 if the key is locked by another request.
   */
  public Optional<Answered> claim(Connection connection, String apiKeyId, String key)
      throws SQLException {
    if (!lock(connection, apiKeyId, key)) {
      throw IntakeProblems.stillReceiving(key);
    }
    forgetExpired(connection, apiKeyId, key);
    try (PreparedStatement query =
        connection.prepareStatement(
            "select digest, batch_id, response from idempotency where api_key_id = ? and key = ?")) {
      query.setString(1, apiKeyId);
      query.setString(2, key);
      try (ResultSet row = query.executeQuery()) {
        return row.next()
            ? Optional.of(
                new Answered(
                    HexFormat.of().formatHex(row.getBytes(1)),
                    new BatchId(row.getLong(2)),
                    new String(row.getBytes(3), StandardCharsets.UTF_8)))
            : Optional.empty();
      }
    }
  }

  /** Writes down the first answer. */
  public void store(Connection connection, String apiKeyId, String key, Answered answer)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into idempotency (api_key_id, key, digest, batch_id, response, created_at)
            values (?, ?, ?, ?, ?, ?)
            """)) {
      insert.setString(1, apiKeyId);
      insert.setString(2, key);
      insert.setBytes(3, HexFormat.of().parseHex(answer.digest()));
      insert.setLong(4, answer.batch().value());
      insert.setBytes(5, answer.response().getBytes(StandardCharsets.UTF_8));
      insert.setTimestamp(6, Timestamp.from(clock.instant()));
      insert.executeUpdate();
    }
  }

  private static boolean lock(Connection connection, String apiKeyId, String key)
      throws SQLException {
    byte[] hash =
        RecipientWriter.sha256()
            .digest(("idempotency " + apiKeyId + " " + key).getBytes(StandardCharsets.UTF_8));
    try (PreparedStatement query =
        connection.prepareStatement("select pg_try_advisory_xact_lock(?)")) {
      query.setLong(1, ByteBuffer.wrap(hash).getLong());
      try (ResultSet row = query.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  private void forgetExpired(Connection connection, String apiKeyId, String key)
      throws SQLException {
    Instant oldest = clock.instant().minus(properties.keyLifetime());
    try (PreparedStatement delete =
        connection.prepareStatement(
            "delete from idempotency where api_key_id = ? and key = ? and created_at < ?")) {
      delete.setString(1, apiKeyId);
      delete.setString(2, key);
      delete.setTimestamp(3, Timestamp.from(oldest));
      delete.executeUpdate();
    }
  }
}
