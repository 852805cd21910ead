package io.hongyan.chaos.audit;

import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How the product writes ids: a batch's 64 bits as 13 characters of Crockford's base 32, a message
 * as {@code <batch>-<seq>}. Written down here once more on purpose: the suite shares no code with
 * the product.
 */
final class MessageIds {

  private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int LENGTH = 13;
  private static final int BITS = 5;

  private static final Pattern MESSAGE = Pattern.compile("[" + DIGITS + "]{13}-[1-9][0-9]{0,8}");

  private MessageIds() {}

  static boolean isMessage(String text) {
    return MESSAGE.matcher(text).matches();
  }

  /** The id as in the tables. */
  static long batchRow(String batchId) {
    if (batchId.length() != LENGTH) {
      throw new IllegalArgumentException("a batch id has 13 characters: " + batchId);
    }
    long row = 0;
    for (int i = 0; i < LENGTH; i++) {
      int digit = DIGITS.indexOf(batchId.charAt(i));
      if (digit < 0) {
        throw new IllegalArgumentException("not the id of a batch: " + batchId);
      }
      row = (row << BITS) | digit;
    }
    return row;
  }

  /** The id as in HTTP. */
  static String batch(long row) {
    return IntStream.range(0, LENGTH)
        .map(i -> (int) (row >>> (BITS * (LENGTH - 1 - i))) & (DIGITS.length() - 1))
        .mapToObj(digit -> String.valueOf(DIGITS.charAt(digit)))
        .collect(Collectors.joining());
  }

  static String message(long batchRow, int seq) {
    return batch(batchRow) + "-" + seq;
  }

  static long batchRowOfMessage(String messageId) {
    return batchRow(messageId.substring(0, LENGTH));
  }

  static int seqOfMessage(String messageId) {
    return Integer.parseInt(messageId.substring(LENGTH + 1));
  }
}
