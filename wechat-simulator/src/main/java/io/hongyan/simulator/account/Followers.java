package io.hongyan.simulator.account;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who follows an account. Each part narrows the others; with none of them everybody follows.
 *
 * @param prefix followers' openids begin with this; null: with anything
 * @param listed only these follow; null: anyone
 * @param allBut these do not follow
 */
public record Followers(@Nullable String prefix, @Nullable Set<String> listed, Set<String> allBut) {

  public static final Followers EVERYBODY = new Followers(null, null, Set.of());

  public boolean includes(String openid) {
    return (prefix == null || openid.startsWith(prefix))
        && (listed == null || listed.contains(openid))
        && !allBut.contains(openid);
  }
}
