package io.hongyan.simulator.wechat;

import io.hongyan.simulator.account.Account;
import io.hongyan.simulator.state.SimulatorState;
import io.hongyan.simulator.token.IssuedToken;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code GET /cgi-bin/token} and {@code POST /cgi-bin/stable_token}. */
final class TokenEndpoint implements Endpoint {

  static final String PLAIN_PATH = "/cgi-bin/token";
  static final String STABLE_PATH = "/cgi-bin/stable_token";

  private final boolean stable;
  private final SimulatorState state;

  private TokenEndpoint(boolean stable, SimulatorState state) {
    this.stable = stable;
    this.state = state;
  }

  static TokenEndpoint plain(SimulatorState state) {
    return new TokenEndpoint(false, state);
  }

  static TokenEndpoint stable(SimulatorState state) {
    return new TokenEndpoint(true, state);
  }

  @Override
  public Call open(WeChatRequest request) {
    if (!stable) {
      Refusal refusal = request.isGet() ? null : Refusal.GET_REQUIRED;
      return new Fetch(
          refusal,
          request.parameter("grant_type"),
          request.parameter("appid"),
          request.parameter("secret"),
          false);
    }
    if (!request.isPost()) {
      return new Fetch(Refusal.POST_REQUIRED, "", "", "", false);
    }
    return switch (JsonBody.parse(request.body())) {
      case JsonBody.Refused refused -> new Fetch(refused.refusal(), "", "", "", false);
      case JsonBody.Parsed body ->
          new Fetch(
              null,
              textOrEmpty(body, "grant_type"),
              textOrEmpty(body, "appid"),
              textOrEmpty(body, "secret"),
              isTrue(body.root().get("force_refresh")));
    };
  }

  private static String textOrEmpty(JsonBody.Parsed body, String name) {
    String text = body.text(name);
    return text == null ? "" : text;
  }

  private static boolean isTrue(@Nullable JsonNode node) {
    return node != null && node.isBoolean() && node.booleanValue();
  }

  private final class Fetch implements Call {
    private final @Nullable Refusal unreadable;
    private final String grantType;
    private final String appid;
    private final String secret;
    private final boolean forceRefresh;

    Fetch(
        @Nullable Refusal unreadable,
        String grantType,
        String appid,
        String secret,
        boolean forceRefresh) {
      this.unreadable = unreadable;
      this.grantType = grantType;
      this.appid = appid;
      this.secret = secret;
      this.forceRefresh = forceRefresh;
    }

    @Override
    public @Nullable String appid() {
      return appid.isEmpty() ? null : appid;
    }

    @Override
    public Reply answer() {
      Refusal refusal = findRefusal();
      if (refusal != null) {
        return Reply.refusal(refusal);
      }
      state
          .quotas()
          .calls()
          .count(appid, stable ? STABLE_PATH : PLAIN_PATH, state.clock().instant());
      IssuedToken token =
          stable ? state.tokens().stable(appid, forceRefresh) : state.tokens().issue(appid);
      // A successful reply carries no errcode.
      return Reply.json(
          JsonNodeFactory.instance
              .objectNode()
              .put("access_token", token.value())
              .put("expires_in", token.remaining().toSeconds()));
    }

    private @Nullable Refusal findRefusal() {
      if (unreadable != null) {
        return unreadable;
      }
      if (!grantType.equals("client_credential")) {
        return Refusal.INVALID_GRANT_TYPE;
      }
      if (appid.isEmpty()) {
        return Refusal.APPID_MISSING;
      }
      if (secret.isEmpty()) {
        return Refusal.APPSECRET_MISSING;
      }
      Account account = state.accounts().find(appid);
      if (account == null) {
        return Refusal.INVALID_APPID;
      }
      return account.secret().equals(secret) ? null : Refusal.INVALID_APPSECRET;
    }

    @Override
    public void replied() {
      if (!appid.isEmpty()) {
        state.traffic().countTokenFetch(appid);
      }
    }
  }
}
