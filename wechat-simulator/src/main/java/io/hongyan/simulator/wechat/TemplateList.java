package io.hongyan.simulator.wechat;

import io.hongyan.simulator.account.Account;
import io.hongyan.simulator.template.Template;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code GET /cgi-bin/template/get_all_private_template}. */
final class TemplateList {

  static final String PATH = "/cgi-bin/template/get_all_private_template";

  private TemplateList() {}

  static Reply answer(Account account) {
    ObjectNode reply = JsonNodeFactory.instance.objectNode();
    ArrayNode list = reply.putArray("template_list");
    for (Template template : account.templates().values()) {
      // Category templates come with empty industries.
      list.addObject()
          .put("template_id", template.templateId())
          .put("title", template.title())
          .put("primary_industry", "")
          .put("deputy_industry", "")
          .put("content", template.content())
          .put("example", "");
    }
    return Reply.json(reply);
  }
}
