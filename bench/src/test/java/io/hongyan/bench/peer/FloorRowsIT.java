package io.hongyan.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.bench.peer.Message.Key;
import io.hongyan.test.TestServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Copies of a message: the floor has to get them right too, or it would not be the same work. */
class FloorRowsIT {

  private final Batch batch = Batch.of(3);
  private final Key first = batch.message(1).key();
  private final Key second = batch.message(2).key();

  private Connection main;
  private Connection startConnection;
  private Connection outcomeConnection;
  private StartRows starts;
  private OutcomeRows outcomes;

  @BeforeEach
  void createTables() throws SQLException {
    main = TestServers.get().connect();
    startConnection = TestServers.get().connect();
    outcomeConnection = TestServers.get().connect();
    FloorTables.create(main);
    FloorTables.open(main, batch);
    starts = new StartRows(startConnection);
    outcomes = new OutcomeRows(outcomeConnection);
  }

  @AfterEach
  void close() throws SQLException {
    main.close();
    startConnection.close();
    outcomeConnection.close();
  }

  @Test
  void sendsACopyAgainWhileWeChatDropsRepeats() throws SQLException {
    assertThat(starts.write(List.of(second, first, second)))
        .containsExactly(Start.GO, Start.GO, Start.GO);

    assertThat(number("select open from floor_started where seq = 1")).isOne();
    assertThat(number("select open from floor_started where seq = 2")).isEqualTo(2);
  }

  @Test
  void doesNotSendWhatIsRecorded() throws SQLException {
    starts.write(List.of(first));
    outcomes.write(List.of(success(first)));

    assertThat(starts.write(List.of(first, second))).containsExactly(Start.RECORDED, Start.GO);
    assertThat(number("select open from floor_started where seq = 1")).isOne();
  }

  @Test
  void doesNotSendWhatMayHaveBeenAcceptedLongAgo() throws SQLException {
    starts.write(List.of(first));
    execute("update floor_started set since = now() - interval '9 minutes'");

    assertThat(starts.write(List.of(first))).containsExactly(Start.IN_DOUBT);
    assertThat(number("select open from floor_started where seq = 1")).isOne();
  }

  @Test
  void sendsWhatWasOnlyEverRefused() throws SQLException {
    starts.write(List.of(first));
    execute("update floor_started set open = 0, since = now() - interval '9 minutes'");

    assertThat(starts.write(List.of(first))).containsExactly(Start.GO);
  }

  @Test
  void countsAnOutcomeOnce() throws SQLException {
    assertThat(outcomes.write(List.of(success(first), success(second), success(first))))
        .containsExactly(true, true, false);
    assertThat(outcomes.write(List.of(success(first)))).containsExactly(false);

    assertThat(number("select count(*) from floor_success")).isEqualTo(2);
    assertThat(number("select succeeded from floor_progress")).isEqualTo(2);
  }

  private static Success success(Key key) {
    return new Success(key, "oBench", 4_000_000_000_000_000_000L, System.currentTimeMillis(), 130);
  }

  private void execute(String statement) throws SQLException {
    try (Statement change = main.createStatement()) {
      change.execute(statement);
    }
  }

  private long number(String query) throws SQLException {
    try (Statement statement = main.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      result.next();
      return result.getLong(1);
    }
  }
}
