package io.hongyan.demo;

import java.util.List;

/**
 * An account that exists after `up` and in the demo, in the gateway as well as in the simulator.
 *
 * @param id what callers say in a batch
 * @param followers prefix of the openids that follow it, in the simulator
 */
record DemoAccount(
    String id, String name, String appId, String followers, List<DemoTemplate> templates) {

  /**
   * A message template of the account.
   *
   * @param content as WeChat shows it; the fields and their types are read from it
   */
  record DemoTemplate(String id, String wechatId, String title, String content) {}

  static final List<DemoAccount> ALL =
      List.of(
          new DemoAccount(
              "mall",
              "鸿雁商城",
              "wxdemo0000000001",
              "o",
              List.of(
                  new DemoTemplate(
                      "order-paid",
                      "demo-order-paid-00000000000000000000000001",
                      "订单支付成功通知",
                      "订单号:{{character_string1.DATA}}\n商品:{{thing2.DATA}}\n金额:{{amount3.DATA}}\n时间:{{time4.DATA}}\n"),
                  new DemoTemplate(
                      "order-shipped",
                      "demo-order-shipped-00000000000000000000001",
                      "订单发货通知",
                      "订单号:{{character_string1.DATA}}\n商品:{{thing2.DATA}}\n物流:{{thing3.DATA}}\n"))),
          new DemoAccount(
              "clinic",
              "鸿雁诊所",
              "wxdemo0000000002",
              "o",
              List.of(
                  new DemoTemplate(
                      "appointment",
                      "demo-appointment-0000000000000000000000001",
                      "预约成功通知",
                      "科室:{{thing1.DATA}}\n医生:{{thing2.DATA}}\n时间:{{time3.DATA}}\n"))));
}
