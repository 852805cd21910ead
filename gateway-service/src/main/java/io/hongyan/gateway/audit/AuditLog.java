package io.hongyan.gateway.audit;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Notes every change a person or program makes, in the transaction that makes it. Subjects are
 * written {@code account/mall}, {@code template/mall/order-paid}, {@code key/<id>}, {@code
 * batch/<id>}, {@code schedule/<id>}, {@code auto-reply/mall/<id>}, {@code announcement/<id>},
 * {@code segment/<account>/<id>} and {@code person/<account>/<SHA-256 of the openid>}.
 */
@Component
public class AuditLog {

  /** The actor of what nobody asked for. Mappers that change a state in SQL write it, too. */
  public static final String SYSTEM = "system";

  private static final int MOST_ENTRIES = 1000;

  private final AuditMapper mapper;
  private final JsonMapper json;

  AuditLog(AuditMapper mapper, JsonMapper json) {
    this.mapper = mapper;
    this.json = json;
  }

  /**
   * Notes a change; call it inside the change's transaction.
   *
   * @param actor id of the API key
   * @param action e.g. {@code account.put}
   * @param detail what changed; never a secret, a key or an openid
   * @return the entry's id
   */
  public long record(String actor, String action, String subject, Map<String, ?> detail) {
    return mapper.insert(actor, action, subject, json.writeValueAsString(detail));
  }

  /**
   * Says how a change ended that no transaction of ours holds and that was noted before it was
   * made.
   *
   * @param detail in place of what {@link #record} noted
   */
  public void complete(long entry, Map<String, ?> detail) {
    mapper.replaceDetail(entry, json.writeValueAsString(detail));
  }

  /** How a person is named in a subject: SHA-256, for the log outlives an erasure. */
  public static String pseudonym(String person) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(person.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** What happened to the subject, oldest first, the first 1,000 entries. */
  public List<Entry> history(String subject) {
    return mapper.find(subject, MOST_ENTRIES).stream()
        .map(row -> new Entry(row.at(), row.actor(), row.action(), row.detail()))
        .toList();
  }

  /**
   * One change.
   *
   * @param detail a JSON object
   */
  public record Entry(Instant at, String actor, String action, @JsonRawValue String detail) {}
}
