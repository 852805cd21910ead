package io.hongyan.demo;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Writes the demo's recipients: one paid order a row, the same rows every time, a few of them wrong
 * on purpose so that a first run also shows what a refusal and a failure look like.
 */
final class OrdersFile {

  private static final List<String> PRODUCTS =
      List.of("无线蓝牙耳机", "便携充电宝", "智能手环", "机械键盘, 青轴", "不锈钢保温杯", "\"雁\"字帆布袋", "USB-C 数据线");

  // 25 characters; WeChat takes 20 in a `thing`.
  private static final String TOO_LONG = "无线降噪蓝牙耳机旗舰版星空黑色礼盒装赠送收纳包一个";

  private OrdersFile() {}

  /** Writes the file whole or not at all; one that is there already is replaced. */
  static void write(Path file, int orders) {
    Path unfinished = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (BufferedWriter out = Files.newBufferedWriter(unfinished)) {
        out.write("openid,ref,url,character_string1,thing2,amount3,time4\n");
        for (int order = 1; order <= orders; order++) {
          out.write(row(order));
        }
      }
      Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new DemoFailure("cannot write %s (%s)".formatted(file, e.getMessage()), e);
    }
  }

  private static String row(int order) {
    String reference = "SO20261122%06d".formatted(order);
    return String.join(
            ",",
            (isFollower(order) ? "oHongyan%06d" : "xStranger%06d").formatted(order),
            reference,
            "https://shop.example.com/orders/" + reference,
            reference,
            quoted(isTooLong(order) ? TOO_LONG : PRODUCTS.get(order % PRODUCTS.size())),
            isPriced(order) ? "¥%d.%02d".formatted(10 + order % 490, order % 100) : "",
            "2026年11月22日 %02d:%02d".formatted(order / 60 % 24, order % 60))
        + "\n";
  }

  /** Five in 10,000 do not follow the account: accepted, then refused by WeChat (43004). */
  private static boolean isFollower(int order) {
    return order % 2000 != 777;
  }

  /** Three in 10,000 have a product name that is too long: refused at intake. */
  private static boolean isTooLong(int order) {
    return order % 3000 == 1234;
  }

  /** Two in 10,000 lack a field of the template: refused at intake. */
  private static boolean isPriced(int order) {
    return order % 5000 != 2500;
  }

  private static String quoted(String cell) {
    return '"' + cell.replace("\"", "\"\"") + '"';
  }
}
