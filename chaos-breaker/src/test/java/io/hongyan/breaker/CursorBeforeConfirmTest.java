package io.hongyan.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.message.Lane;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.SimpleTransactionStatus;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionTemplate;

class CursorBeforeConfirmTest {

  private static final String PACKAGE = "io.hongyan.gateway.release.";

  private static final int FIRST = 1;
  private static final int LAST = 500;

  private final List<String> statements = new ArrayList<>();
  private int releasedTo = FIRST - 1;

  @Test
  void movesTheCursorAsSoonAsAChunkIsReserved() throws Exception {
    try (BrokenProduct gateway = new BrokenProduct("gateway-service", CursorBeforeConfirm.BREAK)) {
      Object cursor = cursor(gateway);

      Object ranges = BrokenProduct.call(cursor, "reserve", "mall", Lane.NORMAL, "gateway-1");

      assertThat((List<?>) ranges).hasSize(1);
      assertThat(statements).containsExactly("lockLane", "windowUse", "reserve", "complete");
      assertThat(releasedTo).isEqualTo(LAST);
    }
  }

  @Test
  void leavesNothingToTheCompletionAfterTheConfirm() throws Exception {
    try (BrokenProduct gateway = new BrokenProduct("gateway-service", CursorBeforeConfirm.BREAK)) {
      Object cursor = cursor(gateway);
      Object ranges = BrokenProduct.call(cursor, "reserve", "mall", Lane.NORMAL, "gateway-1");

      Object completed = BrokenProduct.call(cursor, "complete", ranges, "gateway-1");

      assertThat((List<?>) completed).isEmpty();
    }
  }

  private Object cursor(BrokenProduct gateway) throws ReflectiveOperationException {
    Object window = gateway.make(PACKAGE + "WindowUse", null, 0L);
    Object range =
        gateway.make(
            PACKAGE + "ReservedRange", 1L, "mall", "t", "TM1", null, null, null, null, FIRST, LAST);
    Object moved = gateway.make(PACKAGE + "ReleasedCursor", 1L, "releasing");
    Object mapper =
        Proxy.newProxyInstance(
            gateway,
            new Class<?>[] {gateway.loadClass(PACKAGE + "ReleaseMapper")},
            (proxy, method, arguments) -> {
              statements.add(method.getName());
              return switch (method.getName()) {
                case "windowUse" -> Optional.of(window);
                case "reserve" -> List.of(range);
                case "complete" -> moveCursor() ? List.of(moved) : List.of();
                default -> null;
              };
            });
    return gateway.make(
        PACKAGE + "ReleaseCursor", mapper, new WithoutDatabase(), null, properties(gateway));
  }

  /** As the statement does: only a cursor that stands just before the range moves to its end. */
  private boolean moveCursor() {
    if (releasedTo != FIRST - 1) {
      return false;
    }
    releasedTo = LAST;
    return true;
  }

  private static Object properties(BrokenProduct gateway) throws ReflectiveOperationException {
    Duration poll = Duration.ofMillis(50);
    return gateway.make(
        PACKAGE + "ReleaseProperties",
        true,
        500,
        4,
        5000,
        Duration.ofSeconds(60),
        Duration.ofSeconds(30),
        Duration.ofSeconds(10),
        2,
        2,
        poll,
        poll,
        poll,
        2000,
        10_000,
        20_000);
  }

  /** Runs what it is given, in no transaction. */
  private static final class WithoutDatabase extends TransactionTemplate {

    @Override
    public <T extends @Nullable Object> T execute(TransactionCallback<T> action) {
      return action.doInTransaction(new SimpleTransactionStatus());
    }
  }
}
