package io.hongyan.simulator.wechat;

import io.hongyan.simulator.account.Account;
import io.hongyan.simulator.state.SimulatorState;
import io.hongyan.simulator.template.Industries;
import io.hongyan.simulator.template.Industry;
import io.hongyan.simulator.template.Template;
import io.hongyan.simulator.template.TemplateChange;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The calls under {@code /cgi-bin/template}. */
final class TemplateCalls {

  private final SimulatorState state;

  TemplateCalls(SimulatorState state) {
    this.state = state;
  }

  /** {@code get_all_private_template}. */
  Reply list(Account account, WeChatRequest request) {
    ObjectNode reply = JsonNodeFactory.instance.objectNode();
    ArrayNode list = reply.putArray("template_list");
    for (Template template : account.templates().list()) {
      list.addObject()
          .put("template_id", template.templateId())
          .put("title", template.title())
          .put("primary_industry", template.primaryIndustry())
          .put("deputy_industry", template.deputyIndustry())
          .put("content", template.content())
          .put("example", template.example());
    }
    return Reply.json(reply);
  }

  /** {@code api_add_template}. A {@code keyword_name_list} that is a text is none. */
  Reply add(Account account, JsonBody.Parsed body) {
    String shortId = body.text("template_id_short");
    return switch (account
        .templates()
        .add(shortId == null ? "" : shortId, body.texts("keyword_name_list"))) {
      case TemplateChange.Refused refused -> refusal(refused);
      case TemplateChange.Done done ->
          Reply.json(Reply.okBody().put("template_id", done.templateId()));
    };
  }

  /** {@code del_private_template}. */
  Reply delete(Account account, JsonBody.Parsed body) {
    String templateId = body.text("template_id");
    return reply(account.templates().delete(templateId == null ? "" : templateId));
  }

  /** {@code get_industry}. What WeChat says before industries are chosen is a guess: empty ones. */
  Reply industry(Account account, WeChatRequest request) {
    Industries industries = account.templates().industries();
    ObjectNode reply = JsonNodeFactory.instance.objectNode();
    show(reply.putObject("primary_industry"), industries == null ? null : industries.primary());
    show(reply.putObject("secondary_industry"), industries == null ? null : industries.secondary());
    return Reply.json(reply);
  }

  /** {@code api_set_industry}. */
  Reply setIndustry(Account account, JsonBody.Parsed body) {
    JsonNode first = body.root().get("industry_id1");
    JsonNode second = body.root().get("industry_id2");
    if (first == null || second == null) {
      return Reply.refusal(Refusal.INVALID_INDUSTRY_INDEX);
    }
    Industry primary = industryIn(first);
    Industry secondary = industryIn(second);
    // Its pages say that the two must differ, not with which code they are refused.
    if (primary == null || secondary == null || primary.equals(secondary)) {
      return Reply.refusal(Refusal.INVALID_INDUSTRY_ID);
    }
    return reply(
        account
            .templates()
            .changeIndustries(new Industries(primary, secondary), state.clock().instant()));
  }

  private static void show(ObjectNode node, @Nullable Industry industry) {
    node.put("first_class", industry == null ? "" : industry.firstClass())
        .put("second_class", industry == null ? "" : industry.secondClass());
  }

  /** WeChat's example has the number as a text; libraries send a number. */
  private static @Nullable Industry industryIn(JsonNode node) {
    if (node.isString()) {
      try {
        return Industry.find(Long.parseLong(node.stringValue()));
      } catch (NumberFormatException e) {
        return null;
      }
    }
    Long id = JsonBody.numberIn(node);
    return id == null ? null : Industry.find(id);
  }

  private static Reply reply(TemplateChange change) {
    return switch (change) {
      case TemplateChange.Done done -> Reply.ok();
      case TemplateChange.Refused refused -> refusal(refused);
    };
  }

  private static Reply refusal(TemplateChange.Refused refused) {
    return Reply.refusal(
        switch (refused.reason()) {
          case INDUSTRY_ALREADY_CHANGED -> Refusal.INDUSTRY_CHANGED_TOO_OFTEN;
          case OLD_LIBRARY -> Refusal.OLD_LIBRARY_CLOSED;
          case UNKNOWN_TEMPLATE -> Refusal.INVALID_TEMPLATE_ID;
          case KEYWORD_INVALID -> Refusal.INVALID_KEYWORD_NAME;
          case TOO_MANY_TEMPLATES -> Refusal.TOO_MANY_TEMPLATES;
        });
  }
}
