package io.hongyan.gateway.release;

import java.sql.CallableStatement;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.apache.ibatis.type.BaseTypeHandler;
import org.apache.ibatis.type.JdbcType;
import org.springframework.stereotype.Component;

/**
 * Reads {@link RecipientRow} by position. There is one for each message of each batch, and MyBatis'
 * own way, by the constructor's annotations and reflection, took a third of the gateway's CPU.
 */
@Component
class RecipientRowHandler extends BaseTypeHandler<RecipientRow> {

  @Override
  public RecipientRow getNullableResult(ResultSet row, String firstColumn) throws SQLException {
    return new RecipientRow(
        row.getLong(1),
        row.getInt(2),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getString(6),
        row.getBoolean(7));
  }

  @Override
  public RecipientRow getNullableResult(ResultSet row, int column) {
    throw new UnsupportedOperationException("a recipient is a whole row");
  }

  @Override
  public RecipientRow getNullableResult(CallableStatement call, int column) {
    throw new UnsupportedOperationException("a recipient is a whole row");
  }

  @Override
  public void setNonNullParameter(
      PreparedStatement statement, int index, RecipientRow row, JdbcType type) {
    throw new UnsupportedOperationException("a recipient is no parameter");
  }
}
