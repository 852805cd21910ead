package io.hongyan.simulator.wechat;

import io.hongyan.simulator.account.Account;
import io.hongyan.simulator.message.Acceptance;
import io.hongyan.simulator.message.Submission;
import io.hongyan.simulator.state.SimulatorState;
import io.hongyan.simulator.template.Template;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * {@code POST /cgi-bin/message/template/send}. Checks in the order WeChat's layers stand: method,
 * token, quota, body, then what the body says.
 */
final class TemplateSendEndpoint implements Endpoint {

  static final String PATH = "/cgi-bin/message/template/send";

  private final TokenGate gate;
  private final SimulatorState state;

  TemplateSendEndpoint(TokenGate gate, SimulatorState state) {
    this.gate = gate;
    this.state = state;
  }

  @Override
  public Call open(WeChatRequest request) {
    JsonBody body = JsonBody.parse(request.body());
    if (body instanceof JsonBody.Parsed parsed) {
      String clientMsgId = clientMsgIdOf(parsed);
      if (clientMsgId != null) {
        state.messages().noteAsked(clientMsgId);
      }
    }
    return new Send(request, body);
  }

  private static @Nullable String clientMsgIdOf(JsonBody.Parsed body) {
    String clientMsgId = body.text("client_msg_id");
    return clientMsgId == null || clientMsgId.isEmpty() ? null : clientMsgId;
  }

  private final class Send implements Call {
    private final WeChatRequest request;
    private final JsonBody body;

    Send(WeChatRequest request, JsonBody body) {
      this.request = request;
      this.body = body;
    }

    @Override
    public @Nullable String appid() {
      return gate.findAppid(request);
    }

    @Override
    public Reply answer() {
      Instant now = state.clock().instant();
      return switch (check(now)) {
        case Verdict.Refused refused -> {
          state.traffic().countRejected(refused.refusal().errcode());
          yield Reply.refusal(refused.refusal());
        }
        case Verdict.Passed passed -> {
          Acceptance acceptance =
              state
                  .messages()
                  .accept(passed.submission(), now, state.settings().current().clientMsgIdWindow());
          if (!acceptance.repeat()) {
            state
                .receipts()
                .accepted(passed.account(), passed.submission().openid(), acceptance.msgid(), now);
          }
          // Nothing is published on WeChat's answer to a repeat; success with the first msgid is
          // the one of the guesses that looks most like the documented "only one is sent".
          yield Reply.json(
              "{\"errcode\":0,\"errmsg\":\"ok\",\"msgid\":" + acceptance.msgid() + "}");
        }
      };
    }

    @Override
    public void refused(int errcode) {
      state.traffic().countRejected(errcode);
    }

    private Verdict check(Instant now) {
      if (!request.isPost()) {
        return new Verdict.Refused(Refusal.POST_REQUIRED);
      }
      return switch (gate.enter(request)) {
        case TokenGate.Entry.Denied denied -> new Verdict.Refused(denied.refusal());
        case TokenGate.Entry.Granted granted ->
            switch (state
                .quotas()
                .sends()
                .claim(granted.account().appid(), now, state.settings().current())) {
              case DAY_USED_UP -> new Verdict.Refused(Refusal.DAY_USED_UP);
              case MINUTE_USED_UP -> new Verdict.Refused(Refusal.MINUTE_USED_UP);
              case GRANTED -> checkBody(granted.account());
            };
      };
    }

    private Verdict checkBody(Account account) {
      return switch (body) {
        case JsonBody.Refused refused -> new Verdict.Refused(refused.refusal());
        case JsonBody.Parsed parsed -> checkContent(account, parsed);
      };
    }

    private Verdict checkContent(Account account, JsonBody.Parsed content) {
      if (content.hasNonText("touser")
          || content.hasNonText("template_id")
          || content.hasNonText("client_msg_id")) {
        return new Verdict.Refused(Refusal.BAD_JSON);
      }
      String openid = content.text("touser");
      if (openid == null || !Openid.isWellFormed(openid)) {
        return new Verdict.Refused(Refusal.INVALID_OPENID);
      }
      String templateId = content.text("template_id");
      Template template = templateId == null ? null : account.templates().find(templateId);
      if (template == null) {
        return new Verdict.Refused(Refusal.INVALID_TEMPLATE_ID);
      }
      JsonNode data = content.root().get("data");
      String problem = template.findProblem(data);
      if (problem != null) {
        return new Verdict.Refused(Refusal.invalidArgument(problem));
      }
      if (!account.followers().includes(openid)) {
        return new Verdict.Refused(Refusal.NOT_A_FOLLOWER);
      }
      return new Verdict.Passed(
          account,
          new Submission(
              account.appid(),
              openid,
              template.templateId(),
              clientMsgIdOf(content),
              data == null ? "{}" : data.toString()));
    }
  }

  private sealed interface Verdict {
    record Passed(Account account, Submission submission) implements Verdict {}

    record Refused(Refusal refusal) implements Verdict {}
  }
}
