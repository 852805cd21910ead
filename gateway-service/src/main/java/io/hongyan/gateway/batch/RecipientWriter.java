package io.hongyan.gateway.batch;

import io.hongyan.common.message.BatchId;
import io.hongyan.gateway.template.TemplateField;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * Writes a batch's recipients and rejections as they come in, through two bounded buffers; knows
 * which recipient repeats an earlier one. One for each batch.
 */
final class RecipientWriter {

  private static final int FIRST_REJECTIONS = 20;

  private final BatchId batch;
  private final List<TemplateField> fields;
  private final boolean uniqueRecipients;
  private final IntakeTransaction transaction;
  private final int bufferLimit;
  private final CopyRows recipients = new CopyRows();
  private final CopyRows rejections = new CopyRows();
  private final DigestSet seen = new DigestSet();
  private final MessageDigest digest = sha256();
  private final List<Rejection> first = new ArrayList<>();
  // The line of each recipient, for one that turns out later to be refused.
  private int[] lines = new int[1_024];
  private int total;
  private int rejected;

  RecipientWriter(
      BatchId batch,
      List<TemplateField> fields,
      boolean uniqueRecipients,
      IntakeTransaction transaction,
      int bufferLimit) {
    this.batch = batch;
    this.fields = fields;
    this.uniqueRecipients = uniqueRecipients;
    this.transaction = transaction;
    this.bufferLimit = bufferLimit;
  }

  /** Accepts a checked recipient, or refuses it as a repeat; whether it was accepted. */
  boolean accept(RecipientDraft draft, String openid) throws SQLException {
    int row = recipients.length();
    recipients.number(batch.value()).tab().number(total + 1L).tab();
    int openidStart = recipients.length();
    recipients.text(openid);
    int openidEnd = recipients.length();
    recipients.tab().text(draft.ref).tab().text(draft.url).tab();
    int dataStart = recipients.length();
    writeData(draft);
    // The row as encoded is the recipient's one spelling, so the digest needs no other.
    digest.update(recipients.bytes(), openidStart, openidEnd - openidStart);
    if (!uniqueRecipients) {
      digest.update((byte) '\t');
      digest.update(recipients.bytes(), dataStart, recipients.length() - dataStart);
    }
    ByteBuffer hash = ByteBuffer.wrap(digest.digest());
    if (!seen.add(hash.getLong(), hash.getLong())) {
      recipients.truncate(row);
      reject(
          new Rejection(
              draft.line(),
              openid,
              "duplicate",
              uniqueRecipients
                  ? "The batch has this openid already"
                  : "The batch has this openid with the same data already"));
      return false;
    }
    recipients.tab().text(draft.uid).endRow();
    if (total == lines.length) {
      lines = Arrays.copyOf(lines, total * 2);
    }
    lines[total++] = draft.line();
    if (recipients.length() >= bufferLimit) {
      transaction.becomeLarge();
      transaction.copy(IntakeTransaction.Table.RECIPIENT, recipients);
    }
    return true;
  }

  /**
   * Refuses those of the written recipients who are known followers of another account; the last
   * ones take their places, so that the seqs have no gaps.
   */
  void refuseForeign(String account) throws SQLException {
    BitSet refused = new BitSet();
    int after = 0;
    List<ForeignOpenids.Foreign> page;
    do {
      page = new ForeignOpenids(transaction.statements(), batch).find(account, after);
      for (ForeignOpenids.Foreign foreign : page) {
        after = foreign.seq();
        refused.set(after);
        reject(
            new Rejection(
                lines[after - 1],
                foreign.openid(),
                "foreign-openid",
                "This openid is known to belong to another account; openids differ from account to account"));
      }
      transaction.copy(IntakeTransaction.Table.REJECTION, rejections);
    } while (page.size() == ForeignOpenids.PAGE);
    if (!refused.isEmpty()) {
      new ForeignOpenids(transaction.statements(), batch).remove(refused, total);
      total -= refused.cardinality();
    }
  }

  /** Writes down a refused recipient. */
  void reject(Rejection rejection) throws SQLException {
    if (first.size() < FIRST_REJECTIONS || rejection.line() < first.getLast().line()) {
      // What is found out later may stand further up.
      first.add(rejection);
      first.sort(Comparator.comparingInt(Rejection::line));
      if (first.size() > FIRST_REJECTIONS) {
        first.removeLast();
      }
    }
    rejected++;
    rejections
        .number(batch.value())
        .tab()
        .number(rejection.line())
        .tab()
        .text(rejection.openid())
        .tab()
        .text(rejection.reason())
        .tab()
        .text(rejection.detail())
        .endRow();
    if (rejections.length() >= bufferLimit) {
      transaction.becomeLarge();
      transaction.copy(IntakeTransaction.Table.REJECTION, rejections);
    }
  }

  /** Writes what is still in the buffers. */
  void flush() throws SQLException {
    transaction.copy(IntakeTransaction.Table.RECIPIENT, recipients);
    transaction.copy(IntakeTransaction.Table.REJECTION, rejections);
  }

  /** Recipients accepted so far. */
  int total() {
    return total;
  }

  /** Recipients refused so far. */
  int rejected() {
    return rejected;
  }

  /** The first refused ones. */
  List<Rejection> firstRejections() {
    return List.copyOf(first);
  }

  // {"thing1":{"value":"…","color":"…"},…} in the template's order; field names need no escapes.
  private void writeData(RecipientDraft draft) {
    recipients.raw('{');
    for (int place = 0; place < fields.size(); place++) {
      if (place > 0) {
        recipients.raw(',');
      }
      String value = draft.value(place);
      if (value == null) {
        throw new IllegalStateException("only checked recipients are accepted");
      }
      recipients
          .jsonString(fields.get(place).name())
          .raw(':')
          .raw('{')
          .jsonString("value")
          .raw(':')
          .jsonString(value);
      String color = draft.color(place);
      if (color != null) {
        recipients.raw(',').jsonString("color").raw(':').jsonString(color);
      }
      recipients.raw('}');
    }
    recipients.raw('}');
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
