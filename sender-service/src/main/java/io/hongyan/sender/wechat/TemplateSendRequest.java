package io.hongyan.sender.wechat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.hongyan.common.message.PushMessage;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /cgi-bin/message/template/send}. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record TemplateSendRequest(
    String touser,
    @JsonProperty("template_id") String templateId,
    @Nullable String url,
    PushMessage.@Nullable MiniProgram miniprogram,
    @JsonProperty("client_msg_id") String clientMsgId,
    Map<String, PushMessage.TemplateValue> data) {

  static TemplateSendRequest of(PushMessage message) {
    return new TemplateSendRequest(
        message.openid(),
        message.wechatTemplateId(),
        message.url(),
        message.miniprogram(),
        message.id().toString(),
        message.data());
  }
}
