package io.hongyan.simulator.template;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A template that can be added to an account with some of its keywords. WeChat has thousands; here
 * are a handful that use the common field types.
 *
 * @param shortId {@code template_id_short}
 * @param keywords by their Chinese name, in WeChat's order
 */
record LibraryTemplate(String shortId, String title, Map<String, Keyword> keywords) {

  private static final Map<String, LibraryTemplate> BY_SHORT_ID =
      Arrays.stream(
              """
              47123 预约成功通知
              时间 time1 2026年11月22日 09:00
              地点 thing2 上海市徐汇区云锦路500号
              金额 amount3 ¥39.80
              预约人 thing4 张三
              备注 thing5 请提前十分钟到场

              43216 订单支付成功通知
              订单号 character_string1 202611220001
              商品名称 thing2 耳机
              支付金额 amount3 ¥39.80
              支付时间 time4 2026-11-22 09:00:00
              支付方式 phrase5 零钱支付

              42984 订单发货通知
              快递单号 character_string1 SF1234567890
              快递公司 thing2 顺丰速运
              发货时间 time3 2026年11月22日
              收货人 thing4 张三
              联系电话 phone_number5 +86-0766-66888866

              46005 车辆服务到期提醒
              车牌号 car_number1 粤A8Z888
              服务名称 thing2 年度保养
              到期时间 time3 2026年12月31日
              服务状态 const4 即将到期

              48101 会员积分变动通知
              变动积分 number1 100
              变动时间 time2 2026年11月22日 09:00
              变动原因 thing3 消费奖励
              会员等级 const4 黄金会员
              """
                  .split("\\R\\R"))
          .map(LibraryTemplate::parse)
          .collect(Collectors.toUnmodifiableMap(LibraryTemplate::shortId, Function.identity()));

  /**
   * One line of a library template.
   *
   * @param field the placeholder it gets, such as {@code thing2}
   */
  record Keyword(String name, String field, String example) {}

  /** Null when the library has none of this id. */
  static @Nullable LibraryTemplate find(String shortId) {
    return BY_SHORT_ID.get(shortId);
  }

  /**
   * The template with these lines in this order.
   *
   * @param names of keywords it has
   */
  Template withKeywords(String templateId, List<String> names) {
    StringBuilder content = new StringBuilder();
    StringBuilder example = new StringBuilder();
    for (String name : names) {
      Keyword keyword = keywords.get(name);
      if (keyword == null) {
        throw new IllegalArgumentException(shortId + " has no keyword " + name);
      }
      content.append(name).append(":{{").append(keyword.field()).append(".DATA}}\n");
      example.append(name).append(':').append(keyword.example()).append('\n');
    }
    return Template.of(templateId, title, content.toString()).withExample(example.toString());
  }

  private static LibraryTemplate parse(String paragraph) {
    List<String> lines = paragraph.lines().toList();
    String[] heading = lines.getFirst().split(" ", 2);
    Map<String, Keyword> keywords = new LinkedHashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] parts = line.split(" ", 3);
      keywords.put(parts[0], new Keyword(parts[0], parts[1], parts[2]));
    }
    return new LibraryTemplate(heading[0], heading[1], keywords);
  }
}
