package io.hongyan.gateway.security;

import io.hongyan.gateway.web.ProblemException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /v1/keys}.
 *
 * @param accounts account ids, which need not exist yet, or {@code ["*"]}
 */
record CreateKeyRequest(
    @Nullable String name,
    @Nullable List<@Nullable String> scopes,
    @Nullable List<@Nullable String> accounts) {

  private static final Pattern ACCOUNT_ID = Pattern.compile("[a-z0-9-]{1,32}");
  private static final int MAX_NAME = 100;
  private static final int MAX_ACCOUNTS = 1_000;

  /**
   * What the new key may do; answers 422 for a value that is not allowed, or that would let the key
   * do more than its maker.
   */
  ApiKey check(String id, ApiKey maker) {
    ProblemException.requireValid(
        name != null && !name.isBlank() && name.length() <= MAX_NAME,
        "name is needed, 1 to %d characters: say who uses the key".formatted(MAX_NAME));
    Set<Scope> wantedScopes = checkScopes();
    Set<String> wantedAccounts = checkAccounts();
    ProblemException.requireValid(
        maker.mayUseAll() || maker.accounts().containsAll(wantedAccounts),
        "a key cannot be given accounts that its maker may not use");
    return new ApiKey(id, name == null ? "" : name, wantedScopes, wantedAccounts);
  }

  private Set<Scope> checkScopes() {
    Set<Scope> known = EnumSet.noneOf(Scope.class);
    for (String scope : scopes == null ? List.<@Nullable String>of() : scopes) {
      known.add(
          Scope.ofText(scope == null ? "" : scope)
              .orElseThrow(
                  () ->
                      ProblemException.invalid(
                          "'%s' is not a scope; known are send, read, token, admin"
                              .formatted(scope))));
    }
    ProblemException.requireValid(
        !known.isEmpty(), "scopes is needed: one or more of send, read, token, admin");
    return known;
  }

  private Set<String> checkAccounts() {
    Set<String> known = new TreeSet<>();
    for (String account : accounts == null ? List.<@Nullable String>of() : accounts) {
      ProblemException.requireValid(
          account != null
              && (account.equals(ApiKey.ALL_ACCOUNTS) || ACCOUNT_ID.matcher(account).matches()),
          "'%s' is not an account id (1 to 32 of a-z, 0-9, '-')".formatted(account));
      if (account != null) {
        known.add(account);
      }
    }
    ProblemException.requireValid(
        !known.isEmpty() && known.size() <= MAX_ACCOUNTS,
        "accounts is needed: 1 to %d account ids, or [\"*\"] for all".formatted(MAX_ACCOUNTS));
    ProblemException.requireValid(
        known.size() == 1 || !known.contains(ApiKey.ALL_ACCOUNTS),
        "\"*\" stands alone in accounts");
    return known;
  }
}
