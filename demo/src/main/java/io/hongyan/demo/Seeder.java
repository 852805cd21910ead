package io.hongyan.demo;

import java.util.List;
import java.util.Map;

/** Puts the demo accounts where they are missing; what somebody has changed since is left alone. */
final class Seeder {

  private final JsonClient gateway;
  private final JsonClient simulator;
  private final String appSecret;

  Seeder(Stack stack) {
    this.gateway = stack.gateway();
    this.simulator = stack.simulator();
    this.appSecret = stack.appSecret();
  }

  /**
   * @param freshSimulator whether the simulator has just started and so knows no account
   */
  void seed(boolean freshSimulator) {
    for (DemoAccount account : DemoAccount.ALL) {
      if (freshSimulator) {
        tellSimulator(account);
      }
      tellGateway(account);
    }
  }

  private void tellSimulator(DemoAccount account) {
    List<Map<String, String>> templates =
        account.templates().stream()
            .map(
                t ->
                    Map.of("template_id", t.wechatId(), "title", t.title(), "content", t.content()))
            .toList();
    simulator.put(
        "/_sim/accounts/" + account.appId(),
        Map.of(
            "secret", appSecret,
            "templates", templates,
            "followers", Map.of("prefix", account.followers())));
  }

  private void tellGateway(DemoAccount account) {
    String path = "/v1/accounts/" + account.id();
    if (!gateway.exists(path)) {
      gateway.put(
          path,
          Map.of(
              "name",
              account.name(),
              "appId",
              account.appId(),
              "appSecret",
              appSecret,
              "enabled",
              true));
    }
    for (DemoAccount.DemoTemplate template : account.templates()) {
      String place = path + "/templates/" + template.id();
      if (!gateway.exists(place)) {
        gateway.put(
            place,
            Map.of(
                "wechatTemplateId", template.wechatId(),
                "title", template.title(),
                "content", template.content()));
      }
    }
  }
}
