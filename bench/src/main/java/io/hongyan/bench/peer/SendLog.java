package io.hongyan.bench.peer;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What a team keeps about each send; {@link WxJavaPeer} writes it. Thread-safe. */
sealed interface SendLog extends AutoCloseable permits JdbcSendLog, NoSendLog {

  void write(Row row) throws SQLException;

  @Override
  void close();

  /**
   * One send.
   *
   * @param msgid WeChat's; null if it refused
   * @param content the message as JSON, made only by a log that keeps it
   */
  record Row(
      String openid,
      String templateId,
      @Nullable String msgid,
      int errcode,
      String errmsg,
      Content content) {}

  /** A message's text, made when asked for. */
  @FunctionalInterface
  interface Content {
    String json();
  }
}
