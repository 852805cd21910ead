package io.hongyan.gateway;

import io.hongyan.test.FuzzRun;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every {@code *Fuzz} class of this module, for some seconds each; docs/testing.md has the rest.
 */
class FuzzIT {

  @TestFactory
  Stream<DynamicTest> findsNothing() throws IOException {
    return FuzzRun.startAll().stream()
        .map(
            run ->
                DynamicTest.dynamicTest(run.name(), () -> System.out.println(run.result().get())));
  }
}
