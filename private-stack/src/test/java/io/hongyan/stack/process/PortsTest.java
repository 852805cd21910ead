package io.hongyan.stack.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PortsTest {

  @Test
  void twoSuitesNeverGetTheSamePort() {
    try (Ports one = new Ports();
        Ports other = new Ports()) {
      Set<Integer> ports = new HashSet<>();
      for (int i = 0; i < 40; i++) {
        ports.add(one.next());
        ports.add(other.next());
      }

      assertThat(ports).hasSize(80);
    }
  }
}
