package io.hongyan.gateway.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Who comes next. */
class RotationTest {

  private final Rotation rotation = new Rotation();

  @Test
  void theAccountThatWaitedLongestIsNext() {
    List<String> accounts = List.of("mall", "bank");
    rotation.take(accounts);
    rotation.done("mall");

    assertThat(rotation.take(accounts)).hasValue("bank");
    rotation.done("bank");

    assertThat(rotation.take(List.of("bank", "mall", "new"))).hasValue("new");
    assertThat(rotation.take(List.of("bank", "mall"))).hasValue("mall");
  }

  @Test
  void noAccountIsGivenToTwoWorkers() {
    rotation.take(List.of("mall"));

    assertThat(rotation.take(List.of("mall"))).isEmpty();
  }
}
