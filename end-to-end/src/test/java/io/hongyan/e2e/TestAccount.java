package io.hongyan.e2e;

import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A WeChat account of one test's own, known to gateway and simulator, with the template {@value
 * #TEMPLATE}. Redis is shared with other runs, so ids are never used twice.
 */
record TestAccount(String id, String appId) {

  static final String TEMPLATE = "order-paid";

  static final String CONTENT = "商品:{{thing1.DATA}}\\n订单号:{{character_string2.DATA}}\\n";
  static final String SECRET = "e2e-secret";
  static final String CALLBACK_TOKEN = "e2eToken";
  static final String CALLBACK_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

  /** Makes it with the given settings, such as {@code "ratePerSecond":200}. */
  static TestAccount create(GatewayClient gateway, Simulator simulator, String settings) {
    String unique = Long.toHexString(ThreadLocalRandom.current().nextLong() >>> 24);
    TestAccount account = new TestAccount("e2e-" + unique, "wxe2e" + unique);
    simulator.putAccount(account, "o");
    account.put(gateway, settings);
    gateway
        .call(
            "PUT",
            "/v1/accounts/%s/templates/%s".formatted(account.id, TEMPLATE),
            """
            {"wechatTemplateId":"%s","title":"Paid","content":"%s"}
            """
                .formatted(TEMPLATE, CONTENT))
        .expectingSuccess();
    return account;
  }

  /** Writes the account with other settings; empty = the defaults. */
  void put(GatewayClient gateway, String settings) {
    gateway
        .call(
            "PUT",
            "/v1/accounts/" + id,
            """
            {"appId":"%s","appSecret":"%s"%s}
            """
                .formatted(appId, SECRET, settings.isEmpty() ? "" : "," + settings))
        .expectingSuccess();
  }

  /**
   * Lets WeChat call these gateways for the account, and waits until it could.
   *
   * @param replyUrl the internal system that answers followers; null = none
   */
  void putCallback(
      GatewayClient gateway, Simulator simulator, List<URI> gateways, @Nullable URI replyUrl) {
    gateway
        .call(
            "PUT",
            "/v1/accounts/%s/callback".formatted(id),
            """
            {"mode":"safe","token":"%s","encodingAesKey":"%s","replyUrl":%s}
            """
                .formatted(
                    CALLBACK_TOKEN,
                    CALLBACK_KEY,
                    replyUrl == null ? "null" : "\"" + replyUrl + "\""))
        .expectingSuccess();
    String path = "/wechat/%s/callback".formatted(id);
    simulator.putCallback(this, gateways.stream().map(base -> base.resolve(path)).toList());
    await("every gateway knows the callback").until(() -> simulator.verifiesCallback(this));
  }

  /** Pauses or resumes the account. */
  void change(GatewayClient gateway, String action) {
    gateway.call("POST", "/v1/accounts/%s/%s".formatted(id, action), null).expectingSuccess();
  }

  /** A CSV file of that many different recipients. */
  static String csv(int recipients) {
    return "openid,thing1,character_string2\n" + rows(1, recipients);
  }

  /** Rows without the header, numbered from {@code first}. */
  static String rows(int first, int count) {
    return IntStream.range(first, first + count)
        .mapToObj(i -> "o%07d,headphones %d,A-%d\n".formatted(i, i, i))
        .collect(Collectors.joining());
  }
}
