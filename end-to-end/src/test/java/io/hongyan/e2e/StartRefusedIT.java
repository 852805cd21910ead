package io.hongyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a service cannot do without from the start: it ends and says so, once. */
@ExtendWith(StackExtension.class)
class StartRefusedIT {

  private final Stack stack;

  StartRefusedIT(Stack stack) {
    this.stack = stack;
  }

  @ParameterizedTest
  @EnumSource(
      value = Program.class,
      names = {"GATEWAY", "SENDER"})
  void withoutPostgresqlItEndsAndNamesTheDatabase(Program program) {
    stack.postgres().cut();
    String name = program.name().toLowerCase(Locale.ROOT) + "-without-database";
    try (ServiceProcess process =
        stack.create(
            program,
            name,
            Map.of(
                "SPRING_FLYWAY_CONNECTRETRIES", "1",
                "SPRING_FLYWAY_CONNECTRETRIESINTERVAL", "1s"))) {
      process.start();

      assertThat(process.awaitExit()).as("exit code").isEqualTo(1);
      List<String> reasons =
          process.logLines().stream().filter(line -> line.contains("cannot be used")).toList();
      assertThat(reasons)
          .singleElement()
          .asString()
          .contains("The database at jdbc:postgresql://127.0.0.1:" + stack.postgres().port());
      assertThat(process.logLines()).noneMatch(line -> line.startsWith("\tat "));
    }
  }
}
