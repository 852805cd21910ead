package io.hongyan.gateway.web;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

/** Tells a database that cannot be reached from a statement that failed. */
public final class DatabaseAway {

  private DatabaseAway() {}

  /** Whether the failure, or one of its causes, is that the database cannot be reached now. */
  public static boolean isCauseOf(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = next(cause)) {
      if (cause instanceof DataAccessResourceFailureException
          || cause instanceof CannotCreateTransactionException
          || cause instanceof SQLTransientConnectionException
          || cause instanceof SQLNonTransientConnectionException
          || cause instanceof SQLRecoverableException
          || cause instanceof SQLException sql && saysAway(sql.getSQLState())) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable Throwable next(Throwable failure) {
    // A rollback fails on the broken connection, and not for what broke it.
    if (failure instanceof TransactionSystemException rollback) {
      return rollback.getOriginalException();
    }
    return failure.getCause() == failure ? null : failure.getCause();
  }

  // 08: connection; 57P: shutdown or start-up of the server; 53300: too many connections.
  private static boolean saysAway(@Nullable String state) {
    return state != null
        && (state.startsWith("08") || state.startsWith("57P") || state.equals("53300"));
  }
}
