package io.hongyan.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.message.ConfigEvent;
import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import io.hongyan.gateway.config.ConfigEvents;
import org.junit.jupiter.api.Test;

/** A template that the last sync found unusable at WeChat, against a real database. */
class UnusableTemplateIT {

  private static final String ACCOUNT = "b-unusable";
  private static final String BATCH =
      "{\"account\":\"b-unusable\",\"template\":\"order-paid\",\"recipients\":[{\"openid\":\"oA\",\"data\":{\"thing1\":\"x\",\"amount2\":\"1\"}}]}";

  private final RunningGateway gateway = RunningGateway.shared();

  @Test
  void isRefusedWithReasonAndCureUntilItIsPutAgain() {
    gateway.createAccount(ACCOUNT);
    gateway.admin("POST", "/v1/accounts/" + ACCOUNT + "/pause", null);
    Database.execute(
        "update template set problem = 'vanished: WeChat has no TM1', problem_since = now() where account_id = 'b-unusable'");
    gateway.bean(ConfigEvents.class).publish(new ConfigEvent(ConfigEvent.Kind.ACCOUNT, ACCOUNT));

    Answer refused = gateway.admin("POST", "/v1/batches", BATCH);
    int stored = Database.count("batch where account_id = 'b-unusable'");
    gateway.createAccount(ACCOUNT);
    Answer accepted = gateway.admin("POST", "/v1/batches", BATCH);

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.problem()).isEqualTo("template-unusable");
    assertThat(refused.json().get("detail").stringValue())
        .contains("vanished: WeChat has no TM1")
        .contains("/v1/accounts/b-unusable/wechat-templates")
        .contains("PUT the template");
    assertThat(stored).isZero();
    assertThat(accepted.status()).as(accepted.text()).isEqualTo(202);
  }
}
