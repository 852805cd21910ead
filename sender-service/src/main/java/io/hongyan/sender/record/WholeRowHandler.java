package io.hongyan.sender.record;

import java.sql.CallableStatement;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.apache.ibatis.type.BaseTypeHandler;
import org.apache.ibatis.type.JdbcType;

/**
 * Reads a whole row by position. For the rows that come back once for each message: MyBatis' own
 * way, by the constructor's annotations and reflection, costs more CPU than the rest of a commit.
 */
abstract class WholeRowHandler<T> extends BaseTypeHandler<T> {

  /** The row where the result set stands. */
  abstract T read(ResultSet row) throws SQLException;

  @Override
  public final T getNullableResult(ResultSet row, String firstColumn) throws SQLException {
    return read(row);
  }

  @Override
  public final T getNullableResult(ResultSet row, int column) {
    throw new UnsupportedOperationException("read from a whole row only");
  }

  @Override
  public final T getNullableResult(CallableStatement call, int column) {
    throw new UnsupportedOperationException("read from a whole row only");
  }

  @Override
  public final void setNonNullParameter(
      PreparedStatement statement, int index, T row, JdbcType type) {
    throw new UnsupportedOperationException("a row is no parameter");
  }
}
