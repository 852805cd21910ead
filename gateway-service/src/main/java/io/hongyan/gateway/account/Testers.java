package io.hongyan.gateway.account;

import io.hongyan.gateway.web.ProblemException;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is demanded of an account's testers: whom a batch is tried on before it goes to everybody.
 */
final class Testers {

  private static final int MOST = 50;
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{M}\\p{N}._ -]{1,64}");
  private static final Pattern OPENID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private Testers() {}

  /** The testers by name; answers 422 for one that cannot be. */
  static Map<String, String> check(Map<String, @Nullable String> testers) {
    ProblemException.requireValid(
        testers.size() <= MOST, "testers takes at most %d people".formatted(MOST));
    Map<String, String> checked = new TreeMap<>();
    testers.forEach(
        (name, given) -> {
          ProblemException.requireValid(
              NAME.matcher(name).matches() && name.equals(name.strip()),
              "testers: a name is 1 to 64 letters, digits, blanks, '.', '_' and '-': '%s'"
                  .formatted(name));
          String openid = given == null ? "" : given;
          ProblemException.requireValid(
              OPENID.matcher(openid).matches(),
              "testers: '%s' needs an openid, 1 to 64 of A-Z, a-z, 0-9, '_' and '-'"
                  .formatted(name));
          checked.put(name, openid);
        });
    return checked;
  }
}
