package io.hongyan.simulator.account;

import java.util.Set;

/**
 * Who follows without being listed, so that nobody has to name him: {@code user/get} does not show
 * him.
 *
 * @param prefix followers' openids begin with this
 * @param allBut these do not follow
 */
public record FollowerRule(String prefix, Set<String> allBut) {

  /** Whoever it is. */
  public static final FollowerRule EVERYBODY = new FollowerRule("", Set.of());

  public boolean includes(String openid) {
    return openid.startsWith(prefix) && (allBut.isEmpty() || !allBut.contains(openid));
  }
}
