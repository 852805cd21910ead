package io.hongyan.sender.record;

import io.hongyan.sender.record.StartMapper.MessageKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.springframework.stereotype.Component;

/** See {@link WholeRowHandler}. */
@Component
class MessageKeyHandler extends WholeRowHandler<MessageKey> {

  @Override
  MessageKey read(ResultSet row) throws SQLException {
    return new MessageKey(row.getLong(1), row.getInt(2));
  }
}
