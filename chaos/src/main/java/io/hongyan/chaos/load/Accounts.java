package io.hongyan.chaos.load;

import io.hongyan.chaos.stack.Addresses;
import io.hongyan.stack.http.AnyServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes and changes accounts on gateways and simulator. Every call may be repeated, goes to any
 * gateway that answers, and fails after a minute without one.
 */
public final class Accounts {

  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final AnyServer gateways;
  private final AnyServer simulator;

  public Accounts(Addresses addresses) {
    this.gateways = AnyServer.of(addresses.gateways(), addresses.adminKey());
    this.simulator = AnyServer.of(List.of(addresses.simulator()));
  }

  /**
   * Makes accounts {@code <prefix>-1} to {@code <prefix>-<count>}, or brings existing ones back to
   * these settings.
   *
   * @param prefix of {@code [a-z0-9-]}, 20 characters at most
   */
  public List<ChaosAccount> create(String prefix, int count, AccountSettings settings) {
    List<ChaosAccount> accounts = new ArrayList<>(count);
    for (int i = 1; i <= count; i++) {
      String id = prefix + "-" + i;
      ChaosAccount account = new ChaosAccount(id, "wx" + id, "chaos-secret-" + id);
      create(account, settings);
      accounts.add(account);
    }
    return accounts;
  }

  private void create(ChaosAccount account, AccountSettings settings) {
    putOnSimulator(account);
    put(account, settings);
    require(
        gateways,
        "PUT",
        "/v1/accounts/%s/templates/%s".formatted(account.id(), ChaosAccount.TEMPLATE),
        """
        {"wechatTemplateId":"%s","title":"Paid","content":"%s"}
        """
            .formatted(ChaosAccount.TEMPLATE, ChaosAccount.CONTENT));
  }

  /** The account with its right secret, as WeChat knows it; also mends a secret made wrong. */
  public void putOnSimulator(ChaosAccount account) {
    putOnSimulator(account, account.secret());
  }

  /**
   * WeChat knows the account by another secret, and whoever changed it has had the tokens retired:
   * senders read an account's quota as soon as there is one, so they have a token by now.
   */
  public void breakSecret(ChaosAccount account) {
    String secret = account.secret() + "-changed";
    putOnSimulator(account, secret);
    require(
        simulator,
        "POST",
        "/cgi-bin/stable_token",
        """
        {"grant_type":"client_credential","appid":"%s","secret":"%s","force_refresh":true}
        """
            .formatted(account.appId(), secret));
  }

  private void putOnSimulator(ChaosAccount account, String secret) {
    require(
        simulator,
        "PUT",
        "/_sim/accounts/" + account.appId(),
        """
        {"secret":"%s","followers":{"prefix":"%s"},
         "templates":[{"template_id":"%s","title":"Paid","content":"%s"}]}
        """
            .formatted(
                secret, ChaosAccount.FOLLOWERS, ChaosAccount.TEMPLATE, ChaosAccount.CONTENT));
  }

  /** Gives the account these settings on the gateways. */
  public void put(ChaosAccount account, AccountSettings settings) {
    ObjectNode body =
        JsonMapper.shared()
            .createObjectNode()
            .put("appId", account.appId())
            .put("appSecret", account.secret())
            .put("ratePerSecond", settings.ratePerSecond())
            .put("maxInFlight", settings.maxInFlight());
    require(gateways, "PUT", "/v1/accounts/" + account.id(), body.toString());
  }

  /** A person lets the account go on: ends a pause and lifts a gate. */
  public void resume(ChaosAccount account) {
    require(gateways, "POST", "/v1/accounts/%s/resume".formatted(account.id()), null);
  }

  /** Why the account is not sending, as the gateway shows it; empty = it is. */
  public String gateReason(ChaosAccount account) {
    return gateways
        .call("GET", "/v1/accounts/" + account.id(), null, LIMIT)
        .expectingSuccess()
        .json()
        .path("gate")
        .path("reason")
        .asString("");
  }

  private static void require(AnyServer server, String method, String path, @Nullable String json) {
    server.call(method, path, json, LIMIT).expectingSuccess();
  }
}
