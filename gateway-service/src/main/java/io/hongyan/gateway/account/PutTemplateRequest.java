package io.hongyan.gateway.account;

import io.hongyan.gateway.template.TemplateField;
import io.hongyan.gateway.web.ProblemException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Body of {@code PUT /v1/accounts/{id}/templates/{templateId}}. */
record PutTemplateRequest(
    @Nullable String wechatTemplateId, @Nullable String title, @Nullable String content) {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
  private static final Pattern WECHAT_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final int MAX_TITLE = 100;
  private static final int MAX_CONTENT = 10_000;

  /** The values to store; answers 422 for one that is not allowed. */
  TemplateSettings check(String accountId, String id) {
    ProblemException.requireValid(
        ID.matcher(id).matches(),
        "a template id is 1 to 64 of A-Z, a-z, 0-9, '_', '.' and '-': '" + id + "'");
    String wechatId = wechatTemplateId == null ? "" : wechatTemplateId;
    ProblemException.requireValid(
        WECHAT_ID.matcher(wechatId).matches(),
        "wechatTemplateId is needed, as shown on mp.weixin.qq.com");
    String shownTitle = title == null ? id : title;
    ProblemException.requireValid(
        !shownTitle.isBlank() && shownTitle.length() <= MAX_TITLE,
        "title must have 1 to %d characters".formatted(MAX_TITLE));
    String text = content == null ? "" : content;
    ProblemException.requireValid(
        text.length() <= MAX_CONTENT && text.indexOf('\0') < 0,
        "content must have at most %d characters, none of them NUL".formatted(MAX_CONTENT));
    List<TemplateField> fields = TemplateField.parse(text);
    ProblemException.requireValid(
        !fields.isEmpty(),
        "content is needed, as shown on mp.weixin.qq.com, with at least one field like {{thing1.DATA}}");
    return new TemplateSettings(accountId, id, wechatId, shownTitle, text);
  }

  /** What a person sets of a template, checked. */
  record TemplateSettings(
      String accountId, String id, String wechatTemplateId, String title, String content) {}
}
