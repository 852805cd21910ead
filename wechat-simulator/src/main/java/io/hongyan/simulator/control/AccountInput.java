package io.hongyan.simulator.control;

import io.hongyan.simulator.account.Account;
import io.hongyan.simulator.account.Followers;
import io.hongyan.simulator.account.TagSetup;
import io.hongyan.simulator.template.Industries;
import io.hongyan.simulator.template.Industry;
import io.hongyan.simulator.template.PrivateTemplates;
import io.hongyan.simulator.template.Template;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the body of {@code PUT /_sim/accounts/{appid}}. */
final class AccountInput {

  private AccountInput() {}

  static Account read(String appid, ControlInput input) {
    input.asObject(Set.of("secret", "templates", "industry", "followers", "tags", "callback"));
    Followers followers = FollowersInput.read(input.find("followers"));
    ControlInput tags = input.find("tags");
    ControlInput callback = input.find("callback");
    Account account =
        new Account(
            appid,
            input.get("secret").text(),
            new PrivateTemplates(
                templates(input.find("templates")), industries(input.find("industry"))),
            followers,
            tags == null ? List.<TagSetup>of() : TagsInput.read(tags, followers));
    account.setCallback(callback == null ? null : CallbackInput.read(appid, callback));
    return account;
  }

  private static Collection<Template> templates(@Nullable ControlInput input) {
    Map<String, Template> templates = new LinkedHashMap<>();
    if (input != null) {
      for (ControlInput element : input.elements()) {
        element.asObject(
            Set.of(
                "template_id",
                "title",
                "primary_industry",
                "deputy_industry",
                "content",
                "example"));
        ControlInput templateId = element.get("template_id");
        Template template =
            Template.of(
                    templateId.text(),
                    textOrEmpty(element, "title"),
                    element.get("content").anyText())
                .withIndustry(
                    textOrEmpty(element, "primary_industry"),
                    textOrEmpty(element, "deputy_industry"))
                .withExample(textOrEmpty(element, "example"));
        if (templates.put(template.templateId(), template) != null) {
          throw templateId.wrong("is there twice");
        }
      }
    }
    return templates.values();
  }

  private static String textOrEmpty(ControlInput input, String name) {
    ControlInput text = input.find(name);
    return text == null ? "" : text.anyText();
  }

  private static @Nullable Industries industries(@Nullable ControlInput input) {
    if (input == null) {
      return null;
    }
    input.asObject(Set.of("industry_id1", "industry_id2"));
    Industry primary = industry(input.get("industry_id1"));
    Industry secondary = industry(input.get("industry_id2"));
    if (primary.equals(secondary)) {
      throw input.get("industry_id2").wrong("must differ from industry_id1");
    }
    return new Industries(primary, secondary);
  }

  private static Industry industry(ControlInput input) {
    Industry industry = Industry.find(input.number(1, Integer.MAX_VALUE));
    if (industry == null) {
      throw input.wrong("must be the number of one of WeChat's industries, 1 to 41");
    }
    return industry;
  }
}
