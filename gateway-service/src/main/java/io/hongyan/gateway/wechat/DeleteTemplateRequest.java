package io.hongyan.gateway.wechat;

import io.hongyan.gateway.web.ProblemException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Body of {@code POST /v1/accounts/{id}/templates/delete}. */
record DeleteTemplateRequest(@Nullable String wechatTemplateId) {

  private static final Pattern WECHAT_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  /** WeChat's id; answers 422 for what cannot be one. */
  String check() {
    String id = wechatTemplateId == null ? "" : wechatTemplateId;
    ProblemException.requireValid(
        WECHAT_ID.matcher(id).matches(),
        "wechatTemplateId is needed, as GET …/wechat-templates shows it");
    return id;
  }
}
