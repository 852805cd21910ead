package io.hongyan.bench.load;

import io.hongyan.bench.peer.Payload;
import io.hongyan.bench.stack.BenchStack;
import io.hongyan.stack.http.HttpCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Accounts on gateway and simulator, each with the one template of all measurements. */
public final class BenchAccounts {

  /** The template's id at the gateway. */
  public static final String TEMPLATE = "order-shipped";

  /** At WeChat; as long as real ones are. */
  public static final String WECHAT_TEMPLATE = "bench_order_shipped_template_0123456789abcd";

  private static final String SECRET = "bench-secret-0123456789abcdef012";

  private final BenchStack stack;

  public BenchAccounts(BenchStack stack) {
    this.stack = stack;
  }

  /** App id at WeChat of the account with this id. */
  public static String appId(String account) {
    return "wx" + account;
  }

  /** App secret of every account. */
  public static String secret() {
    return SECRET;
  }

  /**
   * Makes the account, or changes it.
   *
   * @param maxInFlight calls to WeChat at once, of each sender
   */
  public void put(String account, int maxInFlight) {
    putAtWeChat(account);
    HttpCalls admin = stack.admin();
    require(
        admin,
        "/v1/accounts/" + account,
        object()
            .put("name", "Bench")
            .put("appId", appId(account))
            .put("appSecret", SECRET)
            .put("maxInFlight", maxInFlight));
    require(
        admin,
        "/v1/accounts/%s/templates/%s".formatted(account, TEMPLATE),
        object()
            .put("wechatTemplateId", WECHAT_TEMPLATE)
            .put("title", "Order shipped")
            .put("content", Payload.TEMPLATE_CONTENT));
  }

  /** The account at the simulator alone, for peers. */
  public void putAtWeChat(String account) {
    ObjectNode body = object().put("secret", SECRET);
    body.putObject("followers").put("prefix", "o");
    body.putArray("templates")
        .addObject()
        .put("template_id", WECHAT_TEMPLATE)
        .put("title", "Order shipped")
        .put("content", Payload.TEMPLATE_CONTENT);
    require(HttpCalls.to(stack.simulator()), "/_sim/accounts/" + appId(account), body);
  }

  /** Makes accounts {@code <prefix>-1} to {@code <prefix>-<count>}. */
  public List<String> putAll(String prefix, int count, int maxInFlight) {
    List<String> accounts = new ArrayList<>();
    for (int number = 1; number <= count; number++) {
      String account = prefix + "-" + number;
      put(account, maxInFlight);
      accounts.add(account);
    }
    return accounts;
  }

  private static ObjectNode object() {
    return JsonMapper.shared().createObjectNode();
  }

  private static void require(HttpCalls server, String path, ObjectNode body) {
    try {
      server.call("PUT", path, body.toString()).expectingSuccess();
    } catch (IOException e) {
      throw new UncheckedIOException(path + " was not answered", e);
    }
  }
}
