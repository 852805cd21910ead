package io.hongyan.gateway.wechat;

import io.hongyan.gateway.web.ProblemException;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /v1/accounts/{id}/industry}: two numbers of WeChat's list of industries, as
 * text.
 */
record SetIndustryRequest(@Nullable String industryId1, @Nullable String industryId2) {

  private static final Pattern ID = Pattern.compile("[1-9][0-9]{0,3}");

  /** What the sender is asked for; answers 422 for what WeChat would refuse. */
  Map<String, String> check() {
    String first = checked("industryId1", industryId1);
    String second = checked("industryId2", industryId2);
    // WeChat takes a change once a month: https://developers.weixin.qq.com/doc/ (read 2026-11-21).
    ProblemException.requireValid(
        !first.equals(second), "industryId1 and industryId2 must differ; WeChat wants two");
    return Map.of("industryId1", first, "industryId2", second);
  }

  private static String checked(String name, @Nullable String given) {
    String id = given == null ? "" : given;
    ProblemException.requireValid(
        ID.matcher(id).matches(),
        "%s is needed: a number of WeChat's list of industries, as text, e.g. \"1\""
            .formatted(name));
    return id;
  }
}
