package io.hongyan.simulator.control;

import io.hongyan.simulator.account.Account;
import io.hongyan.simulator.account.Followers;
import io.hongyan.simulator.template.Template;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the body of {@code PUT /_sim/accounts/{appid}}. */
final class AccountInput {

  private AccountInput() {}

  static Account read(String appid, ControlInput input) {
    input.asObject(Set.of("secret", "templates", "followers"));
    return new Account(
        appid,
        input.get("secret").text(),
        templates(input.find("templates")),
        followers(input.find("followers")));
  }

  private static Map<String, Template> templates(@Nullable ControlInput input) {
    Map<String, Template> templates = new LinkedHashMap<>();
    if (input != null) {
      for (ControlInput element : input.elements()) {
        element.asObject(Set.of("template_id", "title", "content"));
        ControlInput templateId = element.get("template_id");
        ControlInput title = element.find("title");
        Template template =
            Template.of(
                templateId.text(),
                title == null ? "" : title.anyText(),
                element.get("content").anyText());
        if (templates.put(template.templateId(), template) != null) {
          throw templateId.wrong("is there twice");
        }
      }
    }
    return Collections.unmodifiableMap(templates);
  }

  /** {@code {"prefix":"o"}}, {@code {"list":[…]}}, {@code {"allBut":[…]}}, or a mixture. */
  private static Followers followers(@Nullable ControlInput input) {
    if (input == null) {
      return Followers.EVERYBODY;
    }
    if (input.node().isArray()) {
      return new Followers(null, input.texts(), Set.of());
    }
    input.asObject(Set.of("prefix", "list", "allBut"));
    ControlInput prefix = input.find("prefix");
    ControlInput listed = input.find("list");
    ControlInput allBut = input.find("allBut");
    return new Followers(
        prefix == null ? null : prefix.anyText(),
        listed == null ? null : listed.texts(),
        allBut == null ? Set.of() : allBut.texts());
  }
}
