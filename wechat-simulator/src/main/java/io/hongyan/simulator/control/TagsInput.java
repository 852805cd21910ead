package io.hongyan.simulator.control;

import io.hongyan.simulator.account.EveryNthOpenid;
import io.hongyan.simulator.account.Followers;
import io.hongyan.simulator.account.ListedOpenids;
import io.hongyan.simulator.account.OpenidSequence;
import io.hongyan.simulator.account.TagSetup;
import io.hongyan.simulator.account.Tags;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads the tags an account begins with: {@code [{"id":100,"name":"vip","openids":[…]}]}, or {@code
 * "every":10} instead of the openids for every tenth of the listed followers.
 */
final class TagsInput {

  private TagsInput() {}

  static List<TagSetup> read(ControlInput input, Followers followers) {
    List<ControlInput> elements = input.elements();
    if (elements.size() > Tags.MOST) {
      throw input.wrong("must not be more than " + Tags.MOST);
    }
    Set<Integer> ids = new HashSet<>();
    Set<String> names = new HashSet<>();
    List<TagSetup> tags = new ArrayList<>();
    for (ControlInput element : elements) {
      element.asObject(Set.of("id", "name", "openids", "every"));
      ControlInput id = element.get("id");
      ControlInput name = element.get("name");
      TagSetup tag =
          new TagSetup(
              (int) id.number(0, Integer.MAX_VALUE - Tags.MOST),
              name.text(),
              carriers(element, followers));
      if (!ids.add(tag.id())) {
        throw id.wrong("is there twice");
      }
      if (!names.add(tag.name())) {
        throw name.wrong("is there twice");
      }
      tags.add(tag);
    }
    return tags;
  }

  private static OpenidSequence carriers(ControlInput tag, Followers followers) {
    ControlInput openids = tag.find("openids");
    ControlInput every = tag.find("every");
    if (openids != null && every != null) {
      throw every.wrong("must not stand beside openids");
    }
    if (every != null) {
      return everyNth(every, followers);
    }
    return openids == null ? OpenidSequence.NONE : listed(openids, followers);
  }

  private static OpenidSequence everyNth(ControlInput every, Followers followers) {
    int nth = (int) every.number(1, Integer.MAX_VALUE);
    if (followers.listedCount() == 0) {
      throw every.wrong("needs followers that are listed or generated");
    }
    return new EveryNthOpenid(followers.beginning(), nth);
  }

  private static OpenidSequence listed(ControlInput openids, Followers followers) {
    for (ControlInput openid : openids.elements()) {
      if (!followers.includes(openid.text())) {
        throw openid.wrong("is no follower's");
      }
    }
    return new ListedOpenids(openids.texts());
  }
}
