package io.hongyan.chaos.load;

/**
 * A WeChat account of the suite's own, known to the gateways and to the simulator.
 *
 * @param secret the simulator takes any
 */
public record ChaosAccount(String id, String appId, String secret) {

  /** The one template that every account has. */
  public static final String TEMPLATE = "order-paid";

  /** Its content, as in JSON. */
  static final String CONTENT = "商品:{{thing1.DATA}}\\n订单号:{{character_string2.DATA}}\\n";

  /** What the openids of those who follow the account begin with; the others are refused, 43004. */
  static final String FOLLOWERS = "o";

  /** Without the secret. */
  @Override
  public String toString() {
    return id;
  }
}
