package io.hongyan.sender.record;

import io.hongyan.sender.record.StartMapper.StartedRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.springframework.stereotype.Component;

/** See {@link WholeRowHandler}. */
@Component
class StartedRowHandler extends WholeRowHandler<StartedRow> {

  @Override
  StartedRow read(ResultSet row) throws SQLException {
    return new StartedRow(row.getLong(1), row.getInt(2), row.getInt(3), row.getBoolean(4));
  }
}
