package io.hongyan.gateway.account;

import io.hongyan.common.secret.Secret;
import io.hongyan.gateway.web.ProblemException;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code PUT /v1/accounts/{id}}: the whole account; what is left out gets its default.
 *
 * @param name for people; the id if left out
 * @param appSecret left out = the stored one stays
 * @param ratePerSecond left out = no limit
 * @param maxInFlight left out = 200
 * @param enabled left out = true
 * @param quietHours left out = none
 * @param dailyCap left out = no limit
 * @param testers names and openids; left out = nobody
 */
record PutAccountRequest(
    @Nullable String name,
    @Nullable String appId,
    @Nullable Secret appSecret,
    @Nullable Integer ratePerSecond,
    @Nullable Integer maxInFlight,
    @Nullable Boolean enabled,
    @Nullable QuietHoursText quietHours,
    @Nullable Integer dailyCap,
    @Nullable Map<String, @Nullable String> testers) {

  private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,32}");
  private static final Pattern APP_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Pattern APP_SECRET = Pattern.compile("[!-~]{1,128}");
  private static final int MAX_NAME = 100;
  private static final int MAX_RATE = 100_000;
  private static final int DEFAULT_IN_FLIGHT = 200;
  private static final int MAX_IN_FLIGHT = 2_000;
  private static final int MAX_DAILY_CAP = 1_000;

  /** The values to store, without the secret; answers 422 for one that is not allowed. */
  AccountSettings check(String id) {
    ProblemException.requireValid(
        ID.matcher(id).matches(), "an account id is 1 to 32 of a-z, 0-9 and '-': '" + id + "'");
    String shownName = name == null ? id : name;
    ProblemException.requireValid(
        !shownName.isBlank() && shownName.length() <= MAX_NAME,
        "name must have 1 to %d characters".formatted(MAX_NAME));
    String app = appId == null ? "" : appId;
    ProblemException.requireValid(
        APP_ID.matcher(app).matches(),
        "appId is needed, as shown on mp.weixin.qq.com, e.g. wx0123456789abcdef");
    ProblemException.requireValid(
        appSecret == null || APP_SECRET.matcher(appSecret.reveal()).matches(),
        "appSecret must be 1 to 128 printable ASCII characters without blanks");
    ProblemException.requireValid(
        ratePerSecond == null || within(ratePerSecond, MAX_RATE),
        "ratePerSecond must be 1 to %d; leave it out for no limit".formatted(MAX_RATE));
    int inFlight = maxInFlight == null ? DEFAULT_IN_FLIGHT : maxInFlight;
    ProblemException.requireValid(
        within(inFlight, MAX_IN_FLIGHT), "maxInFlight must be 1 to %d".formatted(MAX_IN_FLIGHT));
    ProblemException.requireValid(
        dailyCap == null || within(dailyCap, MAX_DAILY_CAP),
        "dailyCap must be 1 to %d messages a person and day; leave it out for no limit"
            .formatted(MAX_DAILY_CAP));
    return new AccountSettings(
        id,
        shownName,
        app,
        ratePerSecond,
        inFlight,
        enabled == null || enabled,
        quietHours == null ? null : quietHours.check(),
        dailyCap,
        testers == null ? Map.of() : Testers.check(testers));
  }

  private static boolean within(int value, int max) {
    return value >= 1 && value <= max;
  }
}
