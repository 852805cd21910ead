package io.hongyan.chaos.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScenariosTest {

  @Test
  void everyScenarioHasANameOfItsOwnThatTheReportTakes() {
    assertThat(Scenarios.all())
        .extracting(Scenario::name)
        .doesNotHaveDuplicates()
        .allMatch(name -> name.matches("[a-z0-9-]+"));
  }

  @Test
  void aScenarioIsFoundByItsName() {
    assertThat(Scenarios.named("sender-killed").fault()).contains("kill -9");
  }
}
