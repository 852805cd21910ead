package io.hongyan.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrdersFileTest {

  private static final Pattern THING = Pattern.compile(",\"((?:[^\"]|\"\")*)\",");

  @TempDir Path directory;

  @Test
  void isTheSameEveryTime() throws IOException {
    Path first = directory.resolve("first.csv");
    Path second = directory.resolve("second.csv");

    OrdersFile.write(first, 10_000);
    OrdersFile.write(second, 10_000);

    assertThat(first).hasSameTextualContentAs(second);
    assertThat(Files.readAllLines(first)).hasSize(10_001);
  }

  @Test
  void holdsFiveStrangersThreeLongNamesAndTwoMissingPrices() throws IOException {
    Path file = directory.resolve("orders.csv");

    OrdersFile.write(file, 10_000);

    List<String> rows = Files.readAllLines(file).subList(1, 10_001);
    assertThat(rows).filteredOn(row -> !row.startsWith("oHongyan")).hasSize(5);
    assertThat(rows).filteredOn(row -> thing(row).length() == 25).hasSize(3);
    assertThat(rows).filteredOn(row -> thing(row).length() > 20).hasSize(3);
    assertThat(rows).filteredOn(row -> row.contains("\",,")).hasSize(2);
  }

  @Test
  void addressesEveryPersonOnce() throws IOException {
    Path file = directory.resolve("orders.csv");

    OrdersFile.write(file, 10_000);

    assertThat(Files.readAllLines(file).stream().map(row -> row.split(",", 2)[0]))
        .doesNotHaveDuplicates();
  }

  @Test
  void saysWhichFileCannotBeWritten() throws IOException {
    Path file = Files.createFile(directory.resolve("no-directory")).resolve("orders.csv");

    assertThatThrownBy(() -> OrdersFile.write(file, 1))
        .isInstanceOf(DemoFailure.class)
        .hasMessageContaining(file.toString());
  }

  private static String thing(String row) {
    var matcher = THING.matcher(row);
    assertThat(matcher.find()).as(row).isTrue();
    return matcher.group(1).replace("\"\"", "\"");
  }
}
