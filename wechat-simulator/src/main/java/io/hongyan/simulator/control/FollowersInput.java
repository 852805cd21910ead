package io.hongyan.simulator.control;

import io.hongyan.simulator.account.FollowerRule;
import io.hongyan.simulator.account.Followers;
import io.hongyan.simulator.account.GeneratedOpenids;
import io.hongyan.simulator.account.ListedOpenids;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads who follows an account: {@code {"prefix":"o"}}, {@code {"list":[…]}} or the bare list,
 * {@code {"allBut":[…]}}, or a mixture, each narrowing the others; or {@code
 * {"generated":{"prefix":"oM","count":1000000}}} alone. Absent: everybody.
 */
final class FollowersInput {

  private FollowersInput() {}

  static Followers read(@Nullable ControlInput input) {
    if (input == null) {
      return Followers.unlisted(FollowerRule.EVERYBODY);
    }
    if (input.node().isArray()) {
      return Followers.listed(new ListedOpenids(input.texts()));
    }
    input.asObject(Set.of("prefix", "list", "allBut", "generated"));
    ControlInput generated = input.find("generated");
    if (generated != null) {
      if (input.node().size() > 1) {
        throw generated.wrong("must stand alone");
      }
      return generated(generated);
    }
    ControlInput prefix = input.find("prefix");
    ControlInput listed = input.find("list");
    ControlInput allBut = input.find("allBut");
    FollowerRule rule =
        new FollowerRule(
            prefix == null ? "" : prefix.anyText(), allBut == null ? Set.of() : allBut.texts());
    if (listed == null) {
      return Followers.unlisted(rule);
    }
    List<String> following = listed.texts().stream().filter(rule::includes).toList();
    return Followers.listed(new ListedOpenids(following));
  }

  private static Followers generated(ControlInput input) {
    input.asObject(Set.of("prefix", "count"));
    return Followers.listed(
        new GeneratedOpenids(
            input.get("prefix").text(), (int) input.get("count").number(0, GeneratedOpenids.MOST)));
  }
}
